"""What a training does, stage by stage, with no transaction open: only its end is one."""

import hashlib
import json
import logging
from datetime import timedelta
from typing import Any

from django.db import DatabaseError

from accounts import stream
from accounts.stream import SYSTEM, Actor
from assistants import registry
from assistants.candidates import recent_questions, unanswered
from assistants.knowledge.chunks import Material, passages_of
from assistants.knowledge.classifier import Classifier
from assistants.knowledge.index import METHOD, Index
from assistants.knowledge.problems import problem
from assistants.models import Assistant, TrainingRun
from assistants.prices import cost_of
from assistants.training import versions
from assistants.training.calibration import calibrate
from assistants.training.collecting import Collected, collect
from assistants.training.embedding import embedding_of, with_what_helps
from assistants.training.progress import Progress
from assistants.training.questions import exam_of
from assistants.training.report import reasons_for_review, report_of
from assistants.training.runs import MAX_ATTEMPTS, Lost, begin_training, claim, give_back, settle
from assistants.training.versions import Product

logger = logging.getLogger(__name__)
Stage = TrainingRun.Stage
Status = TrainingRun.Status
MOST_PASSAGES = 50_000
RETRY = timedelta(seconds=5)


class Untrainable(Exception):
    """Trying again would end the same way. `problem` is for the owner."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.problem = problem(code, **params)


def train_now(assistant: Assistant, actor: Actor = SYSTEM) -> TrainingRun:
    """Begin a training and do it in this thread: for commands, the demo and tests. Call it outside any lock."""
    with stream.gathered():
        run = begin_training(Assistant.objects.select_for_update().get(pk=assistant.pk), actor)
    claimed = claim(run.pk)
    if claimed is not None:
        train(claimed)
    run.refresh_from_db()
    return run


def train(run: TrainingRun) -> None:
    """Do a claimed run to its end. Whatever fails, the published version goes on answering."""
    try:
        _train(run)
    except Lost:
        logger.info("Training %s is no longer ours", run.pk)
    except Untrainable as reason:
        settle(run, Status.FAILED, error=reason.problem)
    except DatabaseError:
        raise  # the lease ends by itself, and the next try finds the database or does not
    except Exception:
        logger.exception("Training %s failed at try %s", run.pk, run.attempts)
        if run.attempts < MAX_ATTEMPTS:
            give_back(run, RETRY)
        else:
            settle(run, Status.FAILED, error=problem("crashed"))


def _train(run: TrainingRun) -> None:
    progress = Progress(run)
    collected = collect(run.assistant, progress)
    digest = digest_of(collected.materials, registry.embedding_model())
    known = run.assistant.versions.filter(published=True, digest=digest).defer("blob").first()
    if known is not None:
        settle(run, Status.PUBLISHED, version=known, report={**known.report, "sources": collected.report()})
        return
    product = _product(run.assistant, collected, progress)
    progress.enter(Stage.PUBLISH)
    with stream.gathered():
        assistant = Assistant.objects.select_for_update().filter(pk=run.assistant_id).first()
        if assistant is None:
            raise Lost
        before = assistant.versions.filter(published=True).values_list("report", flat=True).first()
        reasons = reasons_for_review(product.report, before)
        version = versions.store(assistant, product)
        if reasons:
            settle(run, Status.NEEDS_REVIEW, version=version, report={**product.report, "reasons": reasons})
            return
        versions.publish(version)
        settle(run, Status.PUBLISHED, version=version, report=product.report)


def digest_of(materials: list[Material], embedding_model: str) -> str:
    """Of all that a version is made of; a version that lacks the embeddings that were wanted counts as one without."""
    facts: list[Any] = [METHOD, [[each.id, each.title, each.content, list(each.items)] for each in materials]]
    facts += [embedding_model] if embedding_model else []
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _product(assistant: Assistant, collected: Collected, progress: Progress) -> Product:
    progress.enter(Stage.CHUNK, len(collected.materials))
    passages = passages_of(progress.over(collected.materials))
    if not passages:
        raise Untrainable("no_knowledge")
    if len(passages) > MOST_PASSAGES:
        raise Untrainable("too_much_knowledge", limit=MOST_PASSAGES)
    progress.enter(Stage.INDEX, len(passages))
    index = Index.of(passages, look_up=progress.look_up)
    exam = exam_of(passages, recent_questions(assistant))
    embedding = embedding_of(passages, exam, progress)
    progress.enter(Stage.CLASSIFY)
    index = index.classified(Classifier.of(passages, progress.look_up))
    progress.enter(Stage.EVALUATE, exam.size)
    index, results = calibrate(index, exam, progress.look_up)
    index, results = with_what_helps(index, results, exam, embedding, progress.look_up)
    progress.enter(Stage.REPORT)
    report = {
        **report_of(index, results),
        "sources": collected.report(),
        "unanswered": unanswered(assistant),
        "embeddings": embedding.report(),
        "cost": {
            "tokens": embedding.tokens,
            "amount": float(cost_of(embedding.model, embedding.tokens, 0)),
        },
    }
    digest = digest_of(collected.materials, "" if embedding.failed else embedding.model)
    return Product(digest, len(passages), index.dump(), report)
