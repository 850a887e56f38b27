"""Takes orders and writes receipts: the standard library and psycopg 3."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg

from task_signature import is_genuine, signing_keys

KEYS = signing_keys(os.environ.get("PUSH_SECRET", ""))
MAX_BODY_BYTES = 1024 * 1024


class App(BaseHTTPRequestHandler):
    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            return self.answer(411, "Content-Length is missing")
        if int(length) > MAX_BODY_BYTES:
            return self.answer(413, "the body is too large")
        body = self.rfile.read(int(length))
        try:
            if self.path == "/orders":
                self.order(body)
            elif self.path == "/tasks/receipt":
                self.receipt(body)
            else:
                self.answer(404, "not found")
        except Exception as error:
            self.log_error("%s", error)
            self.answer(500, "failed")

    def order(self, body):
        try:
            item = json.loads(body)["item"]
        except (ValueError, TypeError, KeyError):
            item = None
        if not isinstance(item, str) or item == "":
            return self.answer(400, 'the body must be like {"item": "tea"}')
        with psycopg.connect() as connection:  # one transaction: the order and both tasks, or nothing
            (order,) = connection.execute("insert into orders (item) values (%s) returning id", [item]).fetchone()
            payload = json.dumps({"order": order})
            connection.execute(
                "select from taskqueue.add('receipts', url => '/tasks/receipt', payload_json => %s)", [payload]
            )
            connection.execute("select from taskqueue.add('packing', payload_json => %s)", [payload])
        self.answer(201, f"order {order}")

    def receipt(self, body):
        if not is_genuine(KEYS, self.command, self.path, self.headers, body):
            return self.answer(403, "not a task")
        order = json.loads(body)["order"]
        with psycopg.connect() as connection:  # one transaction: whatever else the task writes belongs here
            connection.execute(
                "insert into receipts (webhook_id, order_id) values (%s, %s) on conflict (webhook_id) do nothing",
                [self.headers["webhook-id"], order],
            )
        self.answer(200, "done")

    def answer(self, status, text):
        body = (text + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    port = int(os.environ.get("PORT", "3000"))
    ThreadingHTTPServer(("127.0.0.1", port), App).serve_forever()
