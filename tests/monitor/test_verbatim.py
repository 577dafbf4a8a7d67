"""What a release says stays text on every way out: it is no template, no mark-up and no header."""

import pytest

from monitor.channels import open_channels
from tests.monitor.owing import Newsroom, rule
from tests.monitor.receivers import receivers

TITLES = (
    "{title} {0.__class__} {agency!r:>9999}",
    "%s %(secret)s %n 100%",
    "${HOME} $title {{7*7}} <%= 7*7 %> #{7*7}",
    "=cmd|' /C calc'!A0",
    "+7 727 «Әділет» @everyone *жирно* _ә_ `код` [сілтеме](https://example.kz)",
    r"\n \0 \u0041 \\server",
)


@pytest.mark.parametrize("title", TITLES)
async def test_nothing_in_a_title_or_text_is_carried_out(title: str) -> None:
    async with receivers() as there:
        box = f"mailto://127.0.0.1:{there.mail.port}?from=jarshy@example.kz&to=reader@example.kz"
        room = Newsroom(
            [rule("бәрі", [there.hook.url(), box, "tgram://123456:planted/77"], secret="planted")]
        )
        room.publish(1)
        edit = {"fields": ["text"], "words": [{"field": "text", "before": title, "after": f"{title}!"}]}
        room.db.execute("UPDATE editions SET title = ?, text = ?", [title, title])
        room.change("edited", 1, detail=edit)
        async with open_channels(
            ["webhook", "mail", "telegram"], now=room.clock, telegram=there.bot.base
        ) as channels:
            await room.live(channels, room.config.schedule.confirm * 2)
        assert room.states() == {"sent": 6}
        assert [message.json["edition"]["title"] for message in there.hook.taken] == [title] * 2
        for message in there.mail.taken:
            assert title in str(message.mail["Subject"])
            assert title in message.mail.get_content()
        for message in there.bot.taken:
            assert title in message.json["text"]
            assert "parse_mode" not in message.json


async def test_a_line_break_in_a_title_makes_no_header_and_no_line() -> None:
    title = "Жаңа\r\nBcc: all@example.kz\r\n\r\nәзіл\u2028\x85\x0b"
    async with receivers() as there:
        box = f"mailto://127.0.0.1:{there.mail.port}?from=jarshy@example.kz&to=reader@example.kz"
        room = Newsroom([rule("бәрі", [there.hook.url(), box])])
        room.publish(1)
        room.db.execute("UPDATE editions SET title = ?", [title])
        async with open_channels(["webhook", "mail"], now=room.clock) as channels:
            await room.live(channels, room.config.schedule.confirm * 2)
        [mail], [post] = there.mail.taken, there.hook.taken
    assert "Bcc" not in mail.mail and mail.to == "reader@example.kz"
    assert "Жаңа Bcc: all@example.kz әзіл" in str(mail.mail["Subject"])
    assert "Жаңа Bcc: all@example.kz әзіл" in mail.mail.get_content().splitlines()
    assert not any("all@example.kz" in value for value in post.headers.values())
    assert post.json["edition"]["title"] == title
