def test_a_browser_app_may_send_our_headers_and_read_ours(client, settings):
    origin = settings.CORS_ALLOWED_ORIGINS[0]
    asked = {"origin": origin, "access-control-request-method": "POST"}
    asked["access-control-request-headers"] = "authorization,content-type,idempotency-key"
    preflight = client.options("/api/auth/login", headers=asked)
    assert preflight.headers["Access-Control-Allow-Origin"] == origin
    allowed = preflight.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "content-type", "idempotency-key"} <= set(allowed)
    refused = client.get("/api/auth/me", headers={"origin": origin})
    assert refused.status_code == 401
    assert refused.headers["Access-Control-Allow-Origin"] == origin
    assert "X-RateLimit-Remaining" in refused.headers["Access-Control-Expose-Headers"].split(", ")


def test_another_origin_is_told_nothing(client):
    answer = client.get("/api/auth/me", headers={"origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers
