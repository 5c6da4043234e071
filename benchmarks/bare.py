"""The limit to compare with: a Starlette endpoint that checks LINE's signature and does nothing else."""

import base64
import hashlib
import hmac
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.load import SECRET


async def post(request: Request) -> Response:
    body = await request.body()
    digest = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
    good = hmac.compare_digest(digest, request.headers.get("x-line-signature", ""))
    return PlainTextResponse("ok" if good else "no", status_code=200 if good else 403)


if __name__ == "__main__":
    app = Starlette(routes=[Route("/webhooks/line", post, methods=["POST"]), Route("/health", lambda _: Response())])
    uvicorn.run(app, port=int(sys.argv[1]), http="httptools", ws="none", log_level="warning", access_log=False)
