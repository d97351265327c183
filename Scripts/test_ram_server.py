"""The contract of ram_server.py, with a stub in place of the model. Needs the standard library only.

    python -m unittest discover Scripts
"""

import base64
import http.client
import json
import threading
import unittest

from ram_server import LONGEST_BODY, Refusal, make_server


def stub(picture):
    if picture == b"unreadable":
        raise Refusal(400, "the image cannot be read")
    return ["cat", f"{len(picture)} bytes"]


class Contract(unittest.TestCase):
    def setUp(self):
        self.server = make_server(stub, "stub", port=0)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.connection = http.client.HTTPConnection(*self.server.server_address, timeout=10)

    def tearDown(self):
        self.connection.close()
        self.server.shutdown()
        self.server.server_close()

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body=body, headers=headers or {})
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def image(self, picture):
        return json.dumps({"image": base64.b64encode(picture).decode()})

    def test_tags(self):
        for _ in range(2):  # the connection stays open
            status, answer = self.ask("POST", "/tags", self.image(b"12345"))
            self.assertEqual((status, answer), (200, {"tags": ["cat", "5 bytes"], "model": "stub"}))

    def test_health(self):
        self.assertEqual(self.ask("GET", "/health"), (200, {"model": "stub"}))

    def test_wrong_requests(self):
        for body in ["", "[]", "{}", "null", '{"image": 7}', '{"image": "&&&"}', "{", '"x"']:
            status, answer = self.ask("POST", "/tags", body)
            self.assertEqual(status, 400, body)
            self.assertIn("image", answer["error"])
        self.assertEqual(self.ask("POST", "/tags", self.image(b"unreadable"))[0], 400)
        self.assertEqual(self.ask("POST", "/other", "{}")[0], 404)
        self.assertEqual(self.ask("GET", "/")[0], 404)

    def test_too_long(self):
        status, _ = self.ask("POST", "/tags", headers={"Content-Length": str(LONGEST_BODY + 1)})
        self.assertEqual(status, 413)


if __name__ == "__main__":
    unittest.main()
