"""Signing in and staying signed in, on both stores."""

import subprocess
import sys
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import select

import db
from programme import accounts, audit, passwords, sessions
from programme.models import AppUser, SignInAttempt, SignInSession, SignInTicket
from programme.permissions import Actor, Role
from programme.settings import ROOT, now
from tests.factories import a_user
from tests.people import OTHER, a_token, actions, aged, an_account, fails, signs_in, who

# --- trying -----------------------------------------------------------------------------------------------------------


def test_the_right_password_signs_in_and_a_wrong_one_does_not(store: str) -> None:
    an_account()
    assert signs_in("lushui")
    assert signs_in(" LuShui ")
    assert not signs_in("lushui", "Kd8#mWq2!zLp ")
    assert not signs_in("nobody")


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(store: str) -> None:
    an_account()
    an_account("lanping", county="533325")
    fails("lushui", 4)
    assert signs_in("lushui")
    fails("lushui", 5)
    assert not signs_in("lushui")
    assert signs_in("lanping")
    assert actions().count("account.locked") == 1


def test_a_lock_ends_by_itself_and_by_an_administrator(store: str) -> None:
    an_account()
    admin = a_user(Role.ADMIN)
    fails("lushui", 5)
    with db.transaction() as session:
        session.connection().execute(update(AppUser).values(locked_until=now() - timedelta(seconds=1)))
    assert signs_in("lushui")
    fails("lushui", 5)
    with db.transaction() as session:
        accounts.unlock_user(session, admin, accounts.actor_named(session, "lushui").id)
    assert signs_in("lushui")


def test_thirty_failures_from_one_address_block_it_for_every_account(store: str) -> None:
    an_account()
    for number in range(30):
        fails(f"guess{number}", 1, "10.9.9.9")
    assert not signs_in("lushui", address="10.9.9.9")
    assert signs_in("lushui", address="10.0.0.2")


def test_what_strangers_type_as_a_username_is_not_kept(store: str) -> None:
    fails("my password by mistake", 1)
    with db.reading() as session:
        assert session.exec(select(SignInAttempt.username)).all() == [""]


def test_an_unknown_or_disabled_account_is_compared_like_any_other(store: str) -> None:
    actor = an_account(active=False)
    with db.reading() as session:
        assert sessions.stored_hash(session, "nobody") == passwords.NOBODY
        assert sessions.stored_hash(session, actor.username) == passwords.NOBODY
    assert not signs_in(actor.username)


def test_a_password_changed_between_comparison_and_decision_does_not_sign_in(store: str) -> None:
    an_account()
    with db.transaction() as session:
        assert sessions.attempt(session, "lushui", "", OTHER.hashed) is None


TRY = """
import sys, db
from programme import sessions
for _ in range(int(sys.argv[1])):
    with db.transaction() as session:
        sessions.attempt(session, "lushui", "10.0.0.1", None)
"""


def test_two_processes_share_the_lock_out(store: str) -> None:
    an_account()
    tries = [subprocess.Popen([sys.executable, "-c", TRY, str(times)], cwd=ROOT) for times in (2, 3)]
    assert [process.wait(60) for process in tries] == [0, 0]
    assert not signs_in("lushui")
    with db.reading() as session:
        assert len(session.exec(select(SignInAttempt.id)).all()) == 6


# --- tickets ----------------------------------------------------------------------------------------------------------


def a_ticket(actor: Actor, browser: str = "browser") -> str:
    with db.transaction() as session:
        return sessions.open_ticket(session, actor, browser)


def redeemed(ticket: str, browser: str = "browser") -> str | None:
    with db.transaction() as session:
        return sessions.redeem_ticket(session, ticket, browser, "10.0.0.1")


def test_a_ticket_opens_one_session_once(store: str) -> None:
    actor = an_account()
    ticket = a_ticket(actor)
    token = redeemed(ticket)
    assert token is not None
    assert who(token) == actor
    assert redeemed(ticket) is None


def test_a_ticket_is_worth_nothing_in_another_browser_and_is_used_up_there(store: str) -> None:
    ticket = a_ticket(an_account())
    assert redeemed(ticket, "stranger") is None
    assert redeemed(ticket) is None


def test_a_browser_without_an_identity_redeems_nothing(store: str) -> None:
    assert redeemed(a_ticket(an_account(), ""), "") is None


def test_a_ticket_expires(store: str) -> None:
    ticket = a_ticket(an_account())
    with db.transaction() as session:
        session.connection().execute(update(SignInTicket).values(expires_at=now() - timedelta(seconds=1)))
    assert redeemed(ticket) is None


def test_a_ticket_dies_with_the_password_and_with_the_account(store: str) -> None:
    actor, admin = an_account(), a_user(Role.ADMIN)
    first = a_ticket(actor)
    with db.transaction() as session:
        accounts.reset_password(session, admin, actor.id, OTHER)
    assert redeemed(first) is None
    with db.transaction() as session:
        accounts.disable_user(session, admin, actor.id)
    assert redeemed(a_ticket(actor)) is None


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_tokens_are_not_in_the_store(store: str) -> None:
    token = a_token(an_account())
    with db.reading() as session:
        hashes = session.exec(select(SignInSession.token_hash)).all()
    assert [len(hashed) for hashed in hashes] == [64]
    assert who(hashes[0]) is None
    assert who(token) is not None
    assert who("") is None


def test_a_session_ends_after_thirty_idle_minutes(store: str) -> None:
    token = a_token(an_account())
    aged("last_seen", minutes=29)
    assert who(token) is not None
    aged("last_seen", minutes=31)
    assert who(token) is None


def test_a_session_in_use_ends_after_eight_hours(store: str) -> None:
    token = a_token(an_account())
    with db.transaction() as session:
        session.connection().execute(update(AppUser).values(password_changed_at=now() - timedelta(days=9)))
    aged("created_at", hours=7.9)
    assert who(token) is not None
    aged("created_at", hours=8.1)
    assert who(token) is None


def test_use_is_noted_once_a_minute(store: str) -> None:
    token = a_token(an_account())
    with db.reading() as session:
        fresh = sessions.visit(session, token)
    aged("last_seen", minutes=2)
    with db.reading() as session:
        stale = sessions.visit(session, token)
    assert fresh is not None
    assert stale is not None
    assert (fresh.stale, stale.stale) == (False, True)
    with db.transaction() as session:
        sessions.touch(session, token)
    with db.reading() as session:
        touched = sessions.visit(session, token)
    assert touched is not None
    assert not touched.stale


def test_signing_out_ends_every_session_of_the_account_and_of_no_other(store: str) -> None:
    actor, other = an_account(), an_account("lanping", county="533325")
    tokens, kept = [a_token(actor), a_token(actor)], a_token(other)
    with db.transaction() as session:
        sessions.sign_out(session, actor)
    assert [who(token) for token in tokens] == [None, None]
    assert who(kept) == other


def test_a_disabled_account_and_a_changed_role_take_effect_at_the_next_look(store: str) -> None:
    actor, admin = an_account(), a_user(Role.ADMIN)
    token = a_token(actor)
    with db.transaction() as session:
        session.get_one(AppUser, actor.id).role = Role.LEADER.value
    seen = who(token)
    assert seen is not None
    assert seen.role is Role.LEADER
    with db.transaction() as session:
        accounts.disable_user(session, admin, actor.id)
    assert who(token) is None
    with db.transaction() as session:
        accounts.enable_user(session, admin, actor.id)
    assert who(token) is None
    assert who(a_token(actor)) is not None


def test_what_is_over_is_forgotten_when_somebody_signs_in(store: str) -> None:
    actor = an_account()
    a_token(actor)
    fails("lushui", 1)
    aged("created_at", hours=8.1)
    with db.transaction() as session:
        session.connection().execute(update(SignInAttempt).values(at=now() - timedelta(days=91)))
    fails("lushui", 1)
    token = a_token(actor)
    assert who(token) == actor
    with db.reading() as session:
        assert [len(session.exec(select(table)).all()) for table in (SignInSession, SignInAttempt)] == [1, 1]


def test_the_visit_carries_the_data_version(store: str) -> None:
    token = a_token(an_account())
    with db.reading() as session:
        found = sessions.visit(session, token)
    assert found is not None
    with db.reading() as session:
        assert found.data_version == audit.data_version(session)
    assert found.data_version > 0


def test_whoever_signed_in_is_met_again_with_all_their_bounds(store: str) -> None:
    bounds = ({"county": "533301"}, {"province": "53"}, {"province": "53", "enterprise_id": 7})
    for role, bound in zip((Role.COUNTY, Role.PROVINCE_CAC, Role.ENTERPRISE), bounds, strict=True):
        actor = a_user(role, **bound)  # type: ignore[arg-type]
        assert who(a_token(actor)) == actor
