"""A tag service around the Recognize Anything Model, for `promptscaler prompt semantic --tag-url`.

Needs torch, pillow and the package `ram` (github.com/xinyu1205/recognize-anything) with its weights:

    python Scripts/ram_server.py --weights ram_plus_swin_large_14m.pth
    promptscaler prompt semantic photo.jpg --tag-url http://localhost:9000/tags

The contract, which any other server may keep as well: `POST /tags` with `{"image": base64 of a JPEG or
PNG}` is answered with `{"tags": ["cat", "sofa"], "model": "ram_plus"}`, and `GET /health` with
`{"model": "ram_plus"}`. Errors are `{"error": "…"}` with a status of 400 or more.
"""

import argparse
import base64
import binascii
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LONGEST_BODY = 16 << 20


class Refusal(Exception):
    """A request that cannot be answered, with the status that says so."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


def load_ram(weights, architecture, device):
    """The model as a function from the bytes of a picture to a list of tags."""
    import torch
    from PIL import Image
    from ram import get_transform, inference_ram
    from ram import models

    Image.MAX_IMAGE_PIXELS = 64_000_000
    make = {"ram": models.ram, "ram_plus": models.ram_plus}[architecture]
    model = make(pretrained=weights, image_size=384, vit="swin_l").eval().to(device)
    transform = get_transform(image_size=384)

    def tags(picture):
        try:
            image = Image.open(io.BytesIO(picture)).convert("RGB")
        except (OSError, Image.DecompressionBombError) as error:
            raise Refusal(400, "the image cannot be read") from error
        with torch.no_grad():
            english, _ = inference_ram(transform(image).unsqueeze(0).to(device), model)
        return [tag.strip() for tag in english.split("|") if tag.strip()]

    return tags


def make_server(tags, name, host="127.0.0.1", port=9000):
    """A server that answers with `tags(bytes)`; the model works on one picture at a time."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def do_GET(self):
            if self.path == "/health":
                self.answer(200, {"model": name})
            else:
                self.answer(404, {"error": "there are /health and /tags here"})

        def do_POST(self):
            try:
                picture = self.picture()
                with lock:
                    found = tags(picture)
                self.answer(200, {"tags": found, "model": name})
            except Refusal as refusal:
                # What was not read would be taken for the next request.
                self.close_connection = True
                self.answer(refusal.status, {"error": str(refusal)})

        def picture(self):
            if self.path != "/tags":
                raise Refusal(404, "there are /health and /tags here")
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal():
                raise Refusal(411, "Content-Length is missing")
            if int(length) > LONGEST_BODY:
                raise Refusal(413, f"more than {LONGEST_BODY} bytes")
            try:
                return base64.b64decode(json.loads(self.rfile.read(int(length)))["image"], validate=True)
            except (ValueError, KeyError, TypeError, binascii.Error) as error:
                raise Refusal(400, 'the body must be {"image": base64}') from error

        def answer(self, status, value):
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Nothing about anybody's pictures is written down."""

    return ThreadingHTTPServer((host, port), Handler)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", required=True, help="the model's weights")
    parser.add_argument("--architecture", choices=["ram", "ram_plus"], default="ram_plus")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    arguments = parser.parse_args()
    tags = load_ram(arguments.weights, arguments.architecture, arguments.device)
    server = make_server(tags, arguments.architecture, arguments.host, arguments.port)
    print(f"http://{arguments.host}:{arguments.port}/tags", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
