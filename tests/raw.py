"""A client of Streamlit's own protocol, for what no browser would do."""

from collections.abc import Iterator
from contextlib import contextmanager

from google.protobuf.text_format import MessageToString
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


@contextmanager
def connection(url: str, *, cookies: str = "", session_id: str = "") -> Iterator[ClientConnection]:
    """A websocket to the server at `url`; `session_id` asks to resume somebody's session."""
    protocols = ["streamlit", "none", session_id] if session_id else ["streamlit"]
    headers = {"Origin": url, **({"Cookie": cookies} if cookies else {})}
    address = f"{url.replace('http', 'ws')}/_stcore/stream"
    with connect(address, subprotocols=protocols, additional_headers=headers, max_size=None, open_timeout=30) as client:  # type: ignore[arg-type]
        yield client


def rerun(client: ClientConnection, page_name: str = "") -> tuple[str, str]:
    """Run the script once; returns the session id and everything that was sent, as text."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    message.rerun_script.page_name = page_name
    client.send(message.SerializeToString())
    session_id, texts = "", []
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(client.recv(timeout=60))  # type: ignore[arg-type]
        if answer.WhichOneof("type") == "new_session":
            session_id = answer.new_session.initialize.session_id
        if answer.WhichOneof("type") == "delta":
            texts.append(MessageToString(answer.delta, as_utf8=True))
        if answer.WhichOneof("type") == "script_finished":
            return session_id, "".join(texts)
