from conversations.models import Conversation, Message


def test_the_conversations_of_a_deleted_integration_stay_and_can_be_read(client_of, ana, sandbox, thread):
    owner, url = client_of(ana), f"/api/conversations/{thread.id}"
    assert owner.post(f"{url}/messages", {"content": "Hola"}).status_code == 201
    assert owner.delete(f"/api/integrations/{thread.integration_id}").status_code == 204
    assert owner.get(url).json()["integration_id"] is None
    assert [message["content"] for message in owner.get(f"{url}/messages").json()["results"]] == ["Hola"]
    assert (Conversation.objects.count(), Message.objects.get().status) == (1, "queued")
