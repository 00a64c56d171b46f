/** What a client does first: sign in, look at the inbox, answer, and understand a refusal. */
import createClient from "openapi-fetch";
import type { components, paths } from "./api";

type Conversation = components["schemas"]["Conversation"];
type Message = components["schemas"]["Message"];
type Refusal = components["schemas"]["Error"];

const api = createClient<paths>({ baseUrl: "http://localhost:3000" });

class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.error);
  }

  fields(): string[] {
    return this.refusal.details.map((detail) => `${detail.field ?? "body"}: ${detail.message}`);
  }
}

export async function signIn(email: string, password: string): Promise<string> {
  const { data, error } = await api.POST("/api/auth/login", { body: { email, password } });
  if (error) throw new Refused(error);
  return `${data.user.name} (${data.user.role}) for ${data.expires_in} s: ${data.access}`;
}

export async function unread(headers: { Authorization: string }): Promise<[Conversation[], number]> {
  const query = { status: ["active", "pending"], unread: true, page_size: 50 } as const;
  const { data, error, response } = await api.GET("/api/conversations", {
    params: { query: { ...query, status: [...query.status] } },
    headers,
  });
  if (error) throw new Refused(error);
  const waiting = data.results.filter((each) => each.ai_state === "human");
  return [waiting, Number(response.headers.get("X-Event-Seq"))];
}

export async function answer(thread: Conversation, content: string, headers: { Authorization: string }): Promise<Message> {
  const { data, error } = await api.POST("/api/conversations/{id}/messages", {
    params: { path: { id: thread.id }, header: { "Idempotency-Key": crypto.randomUUID() } },
    body: { content },
    headers,
  });
  if (error) throw new Refused(error);
  const reason = data.metadata.error;
  if (reason && !reason.retryable) throw new Error(`${reason.code} (${reason.class}): ${reason.message}`);
  return data;
}

export async function page(id: Integration["id"]): Promise<string> {
  const { data, error, response } = await api.GET("/api/integrations/{id}", { params: { path: { id } } });
  if (error) return response.status === 404 ? "gone" : new Refused(error).fields().join("\n");
  const masked: string | undefined = data.credentials["access_token"];
  return `${data.platform} ${data.status} ${masked ?? "without a token"} ${data.last_sync ?? "never"}`;
}

type Integration = components["schemas"]["Integration"];
