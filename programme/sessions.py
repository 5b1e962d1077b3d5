"""Signing in and staying signed in: tries, locks, tickets, sessions. The store holds only keyed hashes of tokens."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from programme import audit, keys, passwords
from programme.catalogue import catalogue
from programme.models import AppUser, DataVersion, SignInAttempt, SignInSession, SignInTicket
from programme.permissions import Actor, Role
from programme.settings import now

REFUSED = "用户名或密码不正确，或账号暂时被锁定。"
TOUCHED_EVERY = timedelta(minutes=1)


def _limit(name: str) -> int:
    return int(catalogue().limits["sign_in"][name])


def username_of(text: str) -> str:
    """The form in which usernames are stored and compared."""
    return text.strip().lower()


def actor_of(user: AppUser) -> Actor:
    assert user.id is not None
    return Actor(
        user.id,
        user.username,
        user.name,
        Role(user.role),
        user.county_id,
        user.province_code,
        user.must_change_password,
        user.enterprise_id,
    )


# --- trying -----------------------------------------------------------------------------------------------------------


def stored_hash(session: Session, username: str) -> str:
    """What a typed password is compared with; nobody's hash for an unknown or disabled account, so that both take as long."""
    user = _user(session, username)
    return user.password_hash if user and user.active else passwords.NOBODY


def address_is_blocked(session: Session, address: str) -> bool:
    """Too many failures from one address lately; asked before anything costly is done for it."""
    since = now() - timedelta(minutes=_limit("lock_minutes"))
    failed = select(func.count(col(SignInAttempt.id))).where(
        SignInAttempt.address == address, SignInAttempt.at > since, col(SignInAttempt.succeeded).is_(False)
    )
    return session.exec(failed).one() >= _limit("failures_per_address")


def attempt(session: Session, username: str, address: str, proven: str | None) -> Actor | None:
    """Record one try and decide it. `proven` is the stored hash the typed password matched, None when it matched none.

    Compared with the store again, under a lock on the account: tries made at the same time, in whatever process, are
    decided one after the other, and none succeeds once the account is locked.
    """
    user = _user(session, username, lock=True)
    blocked = address_is_blocked(session, address)
    open_to_try = user is not None and user.active and not is_locked(user) and not blocked
    succeeded = user is not None and open_to_try and proven == user.password_hash
    session.add(SignInAttempt(username=user.username if user else "", address=address, succeeded=succeeded))
    if user is None or not open_to_try:
        return None
    if succeeded:
        user.failures, user.locked_until = 0, None
        return actor_of(user)
    note_failure(session, user, address)
    return None


def note_failure(session: Session, user: AppUser, address: str) -> None:
    """One wrong password more; the account is locked for a while after several."""
    user.failures += 1
    if user.failures >= _limit("failures_before_lock"):
        user.failures, user.locked_until = 0, now() + timedelta(minutes=_limit("lock_minutes"))
        audit.record(session, actor_of(user), "account.locked", subject=user.username, address=address)


def is_locked(user: AppUser) -> bool:
    return user.locked_until is not None and user.locked_until > now()


def _user(session: Session, username: str, *, lock: bool = False) -> AppUser | None:
    query = select(AppUser).where(AppUser.username == username_of(username))
    return session.exec(query.with_for_update() if lock else query).first()


# --- from the form to the cookie --------------------------------------------------------------------------------------


def open_ticket(session: Session, actor: Actor, browser: str) -> str:
    """A one-time pass of some seconds for this browser; `browser` is a hash of what only that browser holds."""
    session.connection().execute(delete(SignInTicket).where(col(SignInTicket.expires_at) < now()))
    ticket = keys.new_token()
    expires_at = now() + timedelta(seconds=_limit("ticket_seconds"))
    session.add(
        SignInTicket(token_hash=keys.digest("ticket", ticket), user_id=actor.id, browser=browser, expires_at=expires_at)
    )
    return ticket


def redeem_ticket(session: Session, ticket: str, browser: str, address: str) -> str | None:
    """The token of a new session, or None. Whoever presents a ticket uses it up, rightly or not."""
    used = delete(SignInTicket).where(col(SignInTicket.token_hash) == keys.digest("ticket", ticket))
    found = session.connection().execute(
        used.returning(col(SignInTicket.user_id), col(SignInTicket.browser), col(SignInTicket.expires_at))
    ).first()  # fmt: skip
    if found is None or not browser or found.browser != browser or found.expires_at < now():
        return None
    user = session.get(AppUser, found.user_id)
    return open_session(session, actor_of(user), address) if user and user.active else None


def open_session(session: Session, actor: Actor, address: str = "") -> str:
    """Start a session and return its token, which is kept nowhere else."""
    _forget_the_past(session)
    token = keys.new_token()
    session.add(SignInSession(token_hash=_hash(token), user_id=actor.id, address=address))
    audit.record(session, actor, "session.opened", subject=actor.username, address=address)
    return token


def _forget_the_past(session: Session) -> None:
    """Sessions whose hours are over open nothing any more; tries to sign in are kept for a while (limits.toml)."""
    over, old = timedelta(hours=_limit("session_hours")), timedelta(days=_limit("attempts_kept_days"))
    session.connection().execute(delete(SignInSession).where(col(SignInSession.created_at) < now() - over))
    session.connection().execute(delete(SignInAttempt).where(col(SignInAttempt.at) < now() - old))


def close_sessions(session: Session, user_id: int) -> int:
    """Revoke every session and ticket of an account, in all browsers; returns how many sessions were open."""
    connection = session.connection()
    connection.execute(delete(SignInTicket).where(col(SignInTicket.user_id) == user_id))
    open_ones = col(SignInSession.user_id) == user_id, col(SignInSession.revoked_at).is_(None)
    return int(connection.execute(update(SignInSession).where(*open_ones).values(revoked_at=now())).rowcount)


def sign_out(session: Session, actor: Actor) -> None:
    """Signing out anywhere is signing out everywhere."""
    closed = close_sessions(session, actor.id)
    audit.record(session, actor, "session.closed", subject=actor.username, sessions=closed)


# --- at every rerun ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Visit:
    """Who stands behind a token right now, and the data version of the same moment."""

    actor: Actor
    data_version: int
    stale: bool


_VISIT = (
    columns(
        *(col(getattr(AppUser, name)) for name in ("id", "username", "name", "role", "county_id", "province_code")),
        col(AppUser.must_change_password),
        col(AppUser.enterprise_id),
        col(AppUser.active),
        col(AppUser.password_changed_at),
        col(SignInSession.created_at),
        col(SignInSession.last_seen),
        col(SignInSession.revoked_at),
        columns(col(DataVersion.number))
        .where(col(DataVersion.id) == audit.FIGURES)
        .scalar_subquery()
        .label("data_version"),
    )
    .join_from(SignInSession, AppUser, col(AppUser.id) == col(SignInSession.user_id))
    .where(col(SignInSession.token_hash) == bindparam("token_hash"))
)


def visit(session: Session, token: str) -> Visit | None:
    """The actor as the store knows them now, in one query; None when the token opens nothing (any more)."""
    if not token:
        return None
    row = session.connection().execute(_VISIT, {"token_hash": _hash(token)}).first()
    if row is None or not row.active or row.revoked_at is not None or _over(row.created_at, row.last_seen):
        return None
    if row.created_at < row.password_changed_at:
        return None
    actor = Actor(
        row.id, row.username, row.name, Role(row.role), row.county_id, row.province_code, row.must_change_password,
        row.enterprise_id,
    )  # fmt: skip
    return Visit(actor, row.data_version or 0, stale=now() - row.last_seen > TOUCHED_EVERY)


def session_actor(session: Session, token: str) -> Actor | None:
    found = visit(session, token)
    return found.actor if found else None


def touch(session: Session, token: str) -> None:
    """Note that the session is in use; called at most once a minute (`Visit.stale`)."""
    moved = update(SignInSession).where(col(SignInSession.token_hash) == _hash(token)).values(last_seen=now())
    session.connection().execute(moved)


def _over(created_at: datetime, last_seen: datetime) -> bool:
    return now() - created_at > timedelta(hours=_limit("session_hours")) or now() - last_seen > timedelta(
        minutes=_limit("idle_minutes")
    )


def _hash(token: str) -> str:
    return keys.digest("session", token)
