import pytest


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5", "", "9" * 2000])
@pytest.mark.parametrize("path", ["/api/assistants", "/api/team"])
def test_a_page_size_that_is_none_is_refused(client_of, ana, path, size):
    answer = client_of(ana).get(path, {"page_size": size})
    assert (answer.status_code, answer.json()["details"][0]["field"]) == (400, "page_size")


def test_a_page_holds_twenty_or_as_many_as_asked_for_up_to_two_hundred(client_of, ana):
    for number in range(23):
        ana.assistants.create(name=f"Asistente {number}", type="auto")
    sizes = [len(client_of(ana).get("/api/assistants", query).json()["results"]) for query in ({}, {"page_size": 21})]
    assert sizes == [20, 21]
    everything = client_of(ana).get("/api/assistants", {"page_size": 10**9}).json()
    assert (len(everything["results"]), everything["next"]) == (23, None)
