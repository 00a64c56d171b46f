from accounts.models import Event, User
from conversations.models import Conversation


def test_a_removed_agent_s_open_threads_are_nobody_s_again_and_the_team_is_told(client_of, ana, bruno, shop, thread_of):
    states = {"active": bruno, "pending": bruno, "resolved": bruno, "archived": bruno, "mine": ana}
    for name, agent in states.items():
        status = name if name in Conversation.Status else "active"
        thread_of(shop, name, contact_name=name, status=status, ai_state="human", assigned_agent=agent)
    assert client_of(ana).delete(f"/api/team/{bruno.pk}").status_code == 204
    assert not User.objects.filter(pk=bruno.pk).exists()
    rows = Conversation.objects.values_list("contact_name", "assigned_agent", "ai_state")
    assert set(rows) == {(name, ana.pk if name == "mine" else None, "human") for name in states}
    told = [(event.type, event.data["conversation"], event.actor) for event in Event.objects.order_by("seq")]
    assert {kind for kind, *_ in told} == {"conversation.assigned"}
    assert {shown["contact_name"]: shown["assigned_agent_id"] for _, shown, _ in told} == {
        "active": None,
        "pending": None,
    }
    assert all(actor == {"type": "agent", "id": str(ana.pk)} for *_, actor in told)


def test_a_stranger_s_removal_takes_nothing_from_anyone(client_of, ana, bruno, carla, shop, thread_of):
    thread_of(shop, assigned_agent=bruno)
    assert client_of(carla).delete(f"/api/team/{bruno.pk}").status_code == 404
    assert client_of(bruno).delete(f"/api/team/{bruno.pk}").status_code == 403
    assert Conversation.objects.get().assigned_agent == bruno
    assert not Event.objects.exists()
