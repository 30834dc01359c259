"""A whole day of Thủ Đức: six hundred numbers, breaks, no-shows, transfers, lunch, a counter that
closes early. Nothing is lost, and every duration of the report is told a second time.
"""

import heapq
import itertools
import random
from collections import Counter, defaultdict

import pytest
from sqlalchemy import select

from domain.day import moment
from server.acts import run_periodic_jobs
from server.reports.question import Question
from server.reports.waits import waits
from server.store import journal
from server.store import tables as t
from tests.support.waits_again import told_again

DATE, HERE, MINUTE, SECOND = "2026-11-23", "Asia/Ho_Chi_Minh", 60_000, 1000
PEOPLE = 600


def at(clock):
    return moment(DATE, clock, HERE)


class WholeDay:
    """People and clerks who do what people and clerks do; every act must be possible when it is
    done.
    """

    def __init__(self, hall, profile):
        self.hall, self.profile, self.chance = hall, profile, random.Random(600)
        self.events, self.order = [], itertools.count()
        self.clerks, self.lunch, self.parked = {}, set(), defaultdict(list)
        self.minutes = {f["prefix"]: f["minutes"] for f in profile["fields"]}
        self.done, self.idle = Counter(), Counter()
        hall.context.heard = self.heard

    def then(self, when, do, *args):
        heapq.heappush(self.events, (int(when), next(self.order), do, args))

    def soon(self, seconds, do, *args):
        self.then(self.hall.clock() + seconds * SECOND, do, *args)

    def run(self):
        self.arrive()
        for context in [*self.profile["counters"], *self.profile["guidance_desks"]]:
            number = str(context.get("number", context.get("id")))
            self.then(
                at("08:30" if context.get("mode") == "reserve" else "07:30")
                + self.chance.randrange(90) * SECOND,
                self.sit_down,
                number,
            )
        while self.events:
            when, _, do, args = heapq.heappop(self.events)
            self.hall.clock.now = max(self.hall.clock.now, when)
            do(*args)
        self.hall.clock.now = max(self.hall.clock.now, at("17:30"))

    def arrive(self):
        fields, shares = zip(*((f["prefix"], f["share"]) for f in self.profile["fields"]))
        for slot in self.profile["arrivals"]:
            first, last = at(slot["from"]), at(slot["to"])
            for _ in range(round(PEOPLE * slot["share"])):
                self.then(
                    self.chance.randrange(first, last),
                    self.take_a_number,
                    self.chance.choices(fields, shares)[0],
                )

    def take_a_number(self, field):
        wish = {
            "field": field,
            "priority": self.chance.choices([None, "NKT", "NCT60", "NCT75"], [85, 4, 6, 5])[0],
        }
        if field == "C" and self.chance.random() < 0.15:
            wish["dossiers"] = self.chance.randint(5, 40)
        answer = self.hall.kiosk.issue(**wish)
        if not answer["ok"]:
            assert answer["error"] == "cap_reached"
            self.done["turned away"] += 1
            return
        self.done["issued"] += 1
        if self.chance.random() < 0.02:
            self.soon(self.chance.uniform(1200, 3600), self.give_up, answer["ticket"]["number"])

    def give_up(self, number):
        if self.hall.ticket(number).state == "WAITING":
            assert self.hall.greeter.cancel(number, reason="left")["ok"]

    def heard(self, centre, facts):
        """A counter that waited for the next arrival hears that it has one."""
        for fact in facts:
            if fact.kind == "called" and fact.data["reason"] == "stored":
                self.done["stored"] += 1
                self.idle[fact.counter] += 1
                self.soon(1, self.called, fact.counter, fact.number)

    # --- a clerk's day
    # ---------------------------------------------------------------------

    def sit_down(self, number):
        self.clerks[number] = self.hall.clerk(f"clerk-{number}", number)
        self.then(
            at("09:00") + self.chance.randrange(80) * MINUTE,
            lambda: self.lunch.add((number, "rest")),
        )
        self.next_one(number)

    def next_one(self, number, finishing=False):
        """Whom the clerk serves now: nobody at lunch, somebody set aside, somebody without a
        number, else the line.
        """
        clerk, now = self.clerks[number], self.hall.clock()
        if finishing:
            if self.chance.random() < 0.5 and not self.is_away(number, now):
                answer = clerk.call_next(outcome="received")
                return self.answered(number, answer)
            ticket = clerk.finish(outcome="received")["ticket"]
            if ticket["state"] == "SERVING":
                return self.serve(number, ticket)
        if number == "10" and now >= at("15:00"):
            assert clerk.close()["ok"]
            return None
        if self.is_away(number, now):
            return self.go_away(number, now)
        if self.parked[number] and self.parked[number][0][0] <= now:
            _, aside = self.parked[number].pop(0)
            if self.hall.ticket(aside).state == "PARKED":
                return self.answered(number, clerk.call(ticket=aside, reason="back"))
        if now < at("16:50") and self.chance.random() < 0.012:
            self.done["walked in"] += 1
            return self.answered(
                number, clerk.walk_direct(field=self.chance.choice(self.own(number)))
            )
        self.answered(number, clerk.call_next())

    def is_away(self, number, now):
        return at("11:30") <= now < at("13:00") or (number, "rest") in self.lunch

    def go_away(self, number, now):
        clerk = self.clerks[number]
        rest = (number, "rest") in self.lunch and now < at("11:20")
        self.lunch.discard((number, "rest"))
        assert clerk.pause(reason="rest" if rest else "lunch")["ok"]

        def back():
            assert clerk.resume()["ok"]
            self.next_one(number)

        self.then(
            (
                now + 10 * MINUTE
                if rest
                else max(now + MINUTE, at("13:00") + self.chance.randrange(120) * SECOND)
            ),
            back,
        )

    def own(self, number):
        return self.hall.context.centre("thu-duc").counters[number].fields

    def answered(self, number, answer):
        assert answer["ok"], answer
        if answer["ticket"] is None:
            clerk = self.clerks[number]
            if self.hall.clock() >= at("17:00") and not self.parked[number]:
                assert clerk.close()["ok"]
                return None
            self.idle[number] += 1
            if self.chance.random() < 0.8:
                assert clerk.store_next(on=True)["ok"]
                return self.soon(600, self.look_again, number, self.idle[number])
            return self.soon(
                self.chance.uniform(60, 240), self.look_again, number, self.idle[number]
            )
        if answer["ticket"]["state"] == "SERVING":
            return self.serve(number, answer["ticket"])
        self.called(number, answer["ticket"]["number"])

    def look_again(self, number, idle):
        """Ask for the next, unless somebody was called meanwhile."""
        if idle == self.idle[number]:
            self.next_one(number)

    def called(self, number, ticket):
        if self.chance.random() < 0.07:
            return self.soon(45, self.nobody_came, number, ticket, 1)
        self.soon(self.chance.uniform(15, 70), self.came, number)

    def nobody_came(self, number, ticket, calls):
        clerk = self.clerks[number]
        if calls < 3:
            assert clerk.recall()["ok"]
            return self.soon(45, self.nobody_came, number, ticket, calls + 1)
        assert clerk.miss()["ok"]
        if self.chance.random() < 0.2:
            self.hall.clock.now += 5 * SECOND
            assert clerk.undo()["ok"]  # there they are after all
            self.done["undone"] += 1
            return self.soon(10, self.came, number)
        if self.chance.random() < 0.5:
            self.soon(self.chance.uniform(240, 1500), self.came_late, ticket)
        self.next_one(number)

    def came_late(self, ticket):
        if self.hall.ticket(ticket).state == "ABSENT":
            self.done["came late"] += 1
            assert self.hall.greeter.requeue(ticket)["ok"]

    def came(self, number):
        self.serve(number, self.clerks[number].start()["ticket"])

    def serve(self, number, ticket):
        """A visit, of which one in ten takes another way than straight to its end."""
        seconds = max(20, self.chance.gammavariate(4, self.minutes[ticket["field"]] * 60 / 4))
        way = self.chance.choices(
            ["end", "aside", "field", "counter", "clerk", "more", "note"], [84, 3, 3, 2, 2, 3, 3]
        )[0]
        self.soon(seconds, getattr(self, f"{way}_it"), number)

    def end_it(self, number):
        self.next_one(number, finishing=True)

    def note_it(self, number):
        assert self.clerks[number].note(text="hẹn quay lại")["ok"]
        self.next_one(number, finishing=True)

    def aside_it(self, number):
        ticket = self.clerks[number].park(reason="copy", remind_minutes=8)["ticket"]
        self.done["set aside"] += 1
        self.parked[number].append((self.hall.clock() + 8 * MINUTE, ticket["number"]))
        self.next_one(number)

    def more_it(self, number):
        service = self.chance.choice(["copy", "birth", "land-cert", "hh-new", "residence"])
        self.done["further services"] += self.clerks[number].add_service(service=service)["ok"]
        self.next_one(number, finishing=True)

    def sent(self, number, **to):
        answer = self.clerks[number].transfer(come_back=self.chance.random() < 0.4, **to)
        self.done["sent"] += answer["ok"]
        self.next_one(number, finishing=not answer["ok"])

    def field_it(self, number):
        self.sent(number, field=self.chance.choice("ABCK"))

    def counter_it(self, number):
        self.sent(number, to_counter=self.chance.choice([7, 12, 14, 18]))

    def clerk_it(self, number):
        self.sent(number, to_clerk=f"staff:clerk-{self.chance.choice([2, 6, 15, 20])}")


@pytest.mark.slow
def test_a_whole_day_of_six_hundred_numbers(make_hall, thu_duc_profile):
    hall = make_hall()
    hall.clock.set(DATE, "06:59")
    day = WholeDay(hall, thu_duc_profile)
    day.run()
    run_periodic_jobs(hall.context, "thu-duc")
    assert hall.manager.close_day()["ok"]
    assert day.done["issued"] > 560 and all(
        day.done[what]
        for what in (
            "stored",
            "walked in",
            "undone",
            "came late",
            "set aside",
            "further services",
            "sent",
        )
    ), day.done

    # nothing is lost, nobody is called twice, nothing is open
    facts = hall.facts()
    with hall.store.read() as conn:
        tickets = {row.id: row for row in conn.execute(select(t.ticket))}
        assert conn.execute(select(t.note)).all() == []
    assert (
        len(tickets)
        == day.done["issued"] + day.done["walked in"]
        == len({row.number for row in tickets.values()})
    )
    assert {row.state for row in tickets.values()} <= {"DONE", "CANCELLED", "EXPIRED"} and sum(
        row.state == "DONE" for row in tickets.values()
    ) > 540
    assert [f.seq for f in facts] == list(range(1, len(facts) + 1))
    at_counter, place = {}, {}
    for f in facts:
        if f.kind == "called":
            assert f.ticket not in place and at_counter.get(f.counter) is None, (
                f"{f.number} called while {at_counter.get(f.counter)} is at counter {f.counter}"
            )
            at_counter[f.counter], place[f.ticket] = f.number, f.counter
        elif (
            f.kind == "undone"
            and f.ticket
            and f.data["restore"].get("state") in ("CALLED", "SERVING")
        ):
            assert at_counter.get(f.counter) is None
            at_counter[f.counter], place[f.ticket] = f.number, f.counter
        elif f.kind in (
            "parked",
            "transferred",
            "missed",
            "requeued",
            "finished",
            "cancelled",
            "expired",
        ):
            at_counter.pop(place.pop(f.ticket, None), None)
    assert not at_counter and hall.faults() == []

    before = hall.rows()
    with hall.store.change() as conn:
        assert journal.rebuild(conn, "thu-duc") == len(tickets)
    assert hall.rows() == before, "the rows written anew from the journal are the rows that were"

    # every figure of the report, told a second time
    centre = hall.context.centre("thu-duc")
    report = waits(hall.store, centre, Question(DATE, DATE, "field"), hall.clock())
    windows = [(at("07:30"), at("11:30")), (at("13:00"), at("17:00"))]
    again = told_again(facts, "field", windows, hall.clock())
    rows = {row["key"]: row for row in report["rows"]} | {"all": report["total"]}
    for key, mine in again.items():
        row = {**rows[key], "at_least": set(rows[key]["at_least"])}
        assert {name: row[name] for name in mine} == mine, key
    mine = report["total"]
    assert mine["flagged"] == mine["waiting"] == mine["open"] == 0
    assert mine["leg_all"] > mine["issued"] - mine["walk_direct"] and mine["mean_wait_s"] > 60, (
        "a real day: people waited, some of them more than once"
    )
