"""What screens ask about the time ahead: each target's outlook for a view, and the returns that counties' paces come from."""

from fractions import Fraction

import numpy as np
from sqlmodel import Session, select

from programme.calendar import Month
from programme.catalogue import Target, Tier, Year, catalogue
from programme.forecast_series import of_chain, of_sums
from programme.forecasts import Outlook, outlook
from programme.models import Membership
from programme.permissions import Actor, Permission, require
from programme.queries import Sums, View, narrowed, sums, year_in
from programme.release_content import released
from programme.standings import Chain, in_force, kpi_codes


def outlooks_of(added: Sums, year: Year, view: View) -> list[tuple[Target, Outlook]]:
    """Each target of the plan whose counties the view holds, as `queries.progress_of`."""
    return [
        (target, outlook(of_sums(added, year, target, view)))
        for target in year.targets
        if (not view.tier or Tier(view.tier) in target.tiers) and added.expected_of(target)
    ]


def outlooks(session: Session, actor: Actor, view: View) -> list[tuple[Target, Outlook]]:
    """The targets at the end of the month, of all counties or of those the actor may see."""
    require(actor, Permission.SEE_TOTALS)
    year = year_in(session, catalogue().year_of(view.month) or catalogue().current_year, view.release)
    view = narrowed(actor, view)
    return outlooks_of(sums(session, year, view), year, view)


def returns(session: Session, year: Year, release: int = 0) -> Chain:
    """The returns of all members: those in force, or those that a release holds. Callers narrow them to the actor's scope."""
    if release:
        held = released(session, release)
        keys = [(county, month, revision) for (county, month), (revision, _) in held.items()]
        return Chain.of(keys, [figures for _, figures in held.values()])
    members = session.exec(select(Membership.county_id).where(Membership.year == year.year)).all()
    return in_force(session, year, members)


def county_outlooks(chain: Chain, year: Year, county: int, tier: Tier, month: Month) -> list[tuple[Target, Outlook]]:
    """Each indicator of a county against its even share (县均份额) of the target."""
    targets = [target for kpi in year.kpis_of(tier) if (target := year.target_of(kpi, tier))]
    return [
        (target, outlook(of_chain(chain, year, target.kpi, [county], month, even_share(year, target))))
        for target in targets
    ]


def even_share(year: Year, target: Target) -> Fraction:
    return Fraction(target.stored, year.expected_counties(target.tier))


def part_of(chain: Chain, now: Outlook, county: int) -> Fraction | None:
    """What a county contributes to the pace of the last months; None when there is no pace."""
    if now.pace is None:
        return None
    at = kpi_codes().index(now.kpi.code)
    inside = (chain.county == county) & np.isin(chain.month, [month.number for month in now.recent])
    return Fraction(int(chain.growth()[inside, at].sum()), len(now.recent))
