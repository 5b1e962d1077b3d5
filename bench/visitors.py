"""Visitors without a browser: Streamlit's own protocol over a raw websocket, with the cookie of a signed-in session.

Each knows the select boxes of its page and sends what a browser sends when one is changed: the state of every box.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 60
APART = ("县类别", "省（区、市）", "核心示范县组")
"""One of them is chosen at a time: not every province has a core county, or a part in every group."""


@dataclass
class Visitor:
    """One open page. `boxes` are its select boxes: label → (widget id, options as shown)."""

    socket: ClientConnection
    page: str = ""
    page_hash: str = ""
    boxes: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    charts: int = 0
    part: str = ""

    async def rerun(self) -> float:
        """Run the page once; seconds until the server says that it is finished."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        message.rerun_script.page_name = self.page
        message.rerun_script.page_script_hash = self.page_hash
        message.rerun_script.fragment_id = self.part
        for label, text in self.chosen.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.string_value = self.boxes[label][0], text
        self.charts, start = 0, time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while not await self._finished():
            pass
        taken = time.perf_counter() - start
        if not self.charts:
            raise RuntimeError("a page without a chart is no measurement")
        return taken

    async def wander(self, pick: random.Random) -> float:
        """Change one of the boxes at random, as people who look around do."""
        label = pick.choice(sorted(self.boxes))
        for other in APART if label in APART else ():
            self.chosen[other] = self.boxes[other][1][0]
        self.chosen[label] = pick.choice(self.boxes[label][1])
        return await self.rerun()

    async def _finished(self) -> bool:
        answer = ForwardMsg()
        answer.ParseFromString(await asyncio.wait_for(self.socket.recv(decode=False), PATIENCE))
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            self.page_hash, self.page = answer.new_session.page_script_hash, ""
        elif kind == "navigation":
            self.page_hash = answer.navigation.page_script_hash
        elif kind == "ref_hash":
            self.charts += 1
        elif kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
            self._look_at(answer.delta.new_element)
            self.part = answer.delta.fragment_id or self.part
        return bool(kind == "script_finished")

    def _look_at(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "selectbox":
            box = element.selectbox
            self.boxes[box.label] = (box.id, list(box.options))
        elif kind == "exception":
            raise RuntimeError(f"the page shows an error: {element.exception.message}")
        elif "chart" in kind:
            self.charts += 1


@asynccontextmanager
async def visiting(url: str, cookie: str, page: str) -> AsyncIterator[Visitor]:
    """A visitor whose page has been shown once; `page` is its address, "" for an app of one page."""
    headers = {"Cookie": cookie} if cookie else {}
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(
        address, subprotocols=["streamlit"], origin=url, additional_headers=headers,
        max_size=None, open_timeout=PATIENCE, ping_interval=None,
    ) as socket:  # fmt: skip
        visitor = Visitor(socket, page)
        await visitor.rerun()
        yield visitor


async def crowd(url: str, cookies: list[str], page: str, reruns: int, seed: int) -> tuple[list[float], float]:
    """One visitor per cookie, each changing filters `reruns` times, one after the other without a pause.

    Returns the seconds of every rerun, and those by the clock from when all pages were open to the end.
    """
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(visiting(url, cookie, page)) for cookie in cookies]
        walks = [_walk(visitor, random.Random(seed + number), reruns) for number, visitor in enumerate(visitors)]
        start = time.perf_counter()
        seconds = [second for walk in await asyncio.gather(*walks) for second in walk]
        return seconds, time.perf_counter() - start


async def _walk(visitor: Visitor, pick: random.Random, reruns: int) -> list[float]:
    return [await visitor.wander(pick) for _ in range(reruns)]
