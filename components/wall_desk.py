"""The desk of 博览会大屏: what plays, the scenes to arrange with a preview before they show, and the bundle for a stick."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from components import acts, expo, expo_making, session
from components.expo_making import NoWall, Wall
from components.labels import plain
from programme import wall_arranging
from programme.permissions import Permission
from programme.settings import clock
from programme.wall_arranging import PATH, Arrangement
from programme.wall_scenes import Scene, wall_facts

KIBI: Final = 1024
SAVED: Final = "已保存编排：各大屏在播完一轮后自动换上。"
KEYS: Final = "播放时：→ ← 或翻页笔换场景，空格或“.”暂停和继续，触摸县名看这个县。"
NO_ROOM: Final = (
    "上墙的图片合计超过{most}MB，有{left_out}张没有放上大屏：先省去每个故事第一张以外的图片，仍超过的依次省去经验案例、产品的图片，"
    "最后从末尾的县起省去故事的图片。要放全，请减少上墙的故事，或不播放“名优特产品”。"
)
NOT_MADE: Final = (
    "最近的改动没有能生成大屏，大屏照旧播放上一版；平台每分钟再试一次。"
    "请核对刚发布或上墙的内容，仍不行时告诉系统管理员。"
)
STEPS: Final = """
1. 下载上面两个文件，拷到 U 盘的同一个文件夹。
2. 在大屏电脑上核对：Windows 用 `certutil -hashfile 文件名 SHA256`，其他系统用 `sha256sum -c`，与 .sha256 文件中的一致。
3. 用新版 Chrome、Edge、360 或奇安信浏览器（极速模式）打开 html 文件，按 F11 全屏。不需要网络，也不会访问任何网址。
4. 离线文件不会自己更新：有新的一期或改了编排，请重新下载。
"""


def playing() -> Wall | None:
    """What strangers see at this moment."""
    with st.spinner("正在生成大屏…"):
        wall = expo_making.standing(patient=True)
    if isinstance(wall, NoWall) and not expo_making.has_failed():
        st.info(f"{wall.sentence}打开 {PATH} 的大屏会自己等到那时。", icon=":material/inbox:")
        return None
    if expo_making.has_failed():
        st.error(NOT_MADE, icon=":material/error:")
    if isinstance(wall, NoWall):
        return None
    st.markdown(f"正在播放**{plain(wall.title)}**")
    size = f"{max(1, len(wall.page) // KIBI)} KB"
    st.caption(f"{plain(wall.basis)}  \n版本 {wall.version} · {size}")
    if wall.left_out:
        most = wall_facts().picture_megabytes
        st.warning(NO_ROOM.format(most=most, left_out=wall.left_out), icon=":material/hide_image:")
    with st.container(horizontal=True):
        st.link_button("打开大屏", PATH, type="primary", icon=":material/open_in_new:")
    st.caption(f"大屏地址不用登录。在大屏电脑上打开后按 F11 全屏。{KEYS}")
    return wall


# --- the scenes -----------------------------------------------------------------------------------------------------


def arranging(arranged: Arrangement, *, playing: bool) -> None:
    facts = wall_facts()
    st.subheader("场景编排", anchor=False)
    st.caption(f"{_since(arranged)}；停留时间是每一步的，应在{facts.least_seconds}～{facts.most_seconds}秒之间。")
    for number, scene in enumerate(arranged.scenes, 1):
        _row(arranged, number, scene)
    st.text_input(
        "手机访问地址（大屏上的二维码指向这里，留空则不显示二维码）", arranged.address, key=_key(arranged, "address"),
        max_chars=wall_arranging.LONGEST, placeholder=_own_address(),
    )  # fmt: skip
    scenes, address = _asked(arranged)
    changed = (scenes, address) != (arranged.scenes, arranged.address)
    sentence = wall_arranging.why_not(scenes) or wall_arranging.why_no_wall_address(address)
    if sentence:
        st.warning(sentence, icon=":material/warning:")
    else:
        st.markdown(f"**播放次序** {' → '.join(f'{one.name} {one.seconds}秒' for one in scenes if one.on)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "保存编排", type="primary", icon=":material/save:", disabled=not changed or bool(sentence), key="save-wall",
            on_click=_save, args=(arranged,),
        )  # fmt: skip
        wanted = st.toggle(
            "预览", key="preview-wall", disabled=not playing, help="保存之前先看效果，不影响正在播放的大屏。"
        )
        st.caption("有改动，尚未保存。" if changed else "没有改动。")
    if wanted and playing and not sentence:
        _preview(scenes)


def ordered(scenes: Sequence[Scene], numbers: Mapping[str, int]) -> tuple[Scene, ...]:
    """In the order of the numbers given to them: one that was moved stands before (or, moved back, behind) whose place it took."""
    was = {scene.code: number for number, scene in enumerate(scenes, 1)}

    def place(scene: Scene) -> tuple[int, int, int]:
        now, before = numbers[scene.code], was[scene.code]
        return now, (now > before) - (now < before), before

    return tuple(sorted(scenes, key=place))


def _since(arranged: Arrangement) -> str:
    if not arranged.revision:
        return "现在是平台原来的编排"
    return f"现在是第{arranged.revision}版编排，{plain(arranged.user_name)}于{clock(arranged.at)}保存"


def _row(arranged: Arrangement, number: int, scene: Scene) -> None:
    facts = wall_facts()
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width=420, gap=None):
            st.checkbox(f"播放“{scene.name}”", scene.on, key=_key(arranged, scene.code, "on"))
            st.caption(scene.hint)
        st.number_input(
            f"{scene.name} · 次序", 1, len(arranged.scenes), number, key=_key(arranged, scene.code, "number"), width=155,
        )  # fmt: skip
        st.number_input(
            f"{scene.name} · 停留秒数", facts.least_seconds, facts.most_seconds, scene.seconds,
            key=_key(arranged, scene.code, "seconds"), width=155,
        )  # fmt: skip


def _key(arranged: Arrangement, *parts: str) -> str:
    """Boxes belong to a revision: once another is in force they show that one."""
    return "-".join(("wall", str(arranged.revision), str(acts.round_number()), *parts))


def _asked(arranged: Arrangement) -> tuple[tuple[Scene, ...], str]:
    """The scenes and the address as the boxes have them at this moment."""

    def box(scene: Scene, name: str) -> int:
        return int(session.chosen(_key(arranged, scene.code, name))[0])

    numbers = {scene.code: box(scene, "number") for scene in arranged.scenes}
    asked = (
        replace(one, seconds=box(one, "seconds"), on=bool(box(one, "on"))) for one in ordered(arranged.scenes, numbers)
    )
    return tuple(asked), session.typed(_key(arranged, "address")).strip()


def _save(arranged: Arrangement) -> None:
    """Runs before the page, on what the boxes hold by now and the revision they were drawn for."""
    scenes, address = _asked(arranged)
    acts.act(
        Permission.ARRANGE_WALL, SAVED,
        lambda opened, actor: wall_arranging.arrange(opened, actor, scenes, arranged.revision, address),
    )  # fmt: skip


def _preview(scenes: Sequence[Scene]) -> None:
    address = f"{expo.PREVIEW}?scenes={wall_arranging.written(scenes)}"
    st.iframe(address, height=570, alt="大屏预览")
    st.link_button("在新窗口预览", address, icon=":material/open_in_new:")


def _own_address() -> str:
    """Where this very page was opened from, with the wall's path."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}{PATH}" if parts.netloc else f"https://域名{PATH}"


# --- the stick ------------------------------------------------------------------------------------------------------


def for_a_stick(wall: Wall) -> None:
    st.subheader("离线播放（U 盘）", anchor=False)
    with st.container(horizontal=True):
        st.download_button(
            "下载离线大屏", lambda: wall.bundle, wall.name, "text/html", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "下载校验值（.sha256）", wall.sums.encode, f"{wall.name}.sha256", "text/plain",
            icon=":material/fingerprint:", on_click="ignore",
        )  # fmt: skip
    st.markdown(STEPS)
    st.caption(f"{wall.name} 的 SHA-256：{wall.bundle_sha256}")
