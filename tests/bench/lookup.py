"""How long a look-up takes among 1,000 sessions and 5,000 people who never lived: python -m tests.bench.lookup"""

import random
import time
from collections.abc import Callable, Sequence

import numpy as np

from index.lookup.directory import Directory
from index.models import Person, Session

SESSIONS, PEOPLE, CROWD, QUERIES = 1_000, 5_000, 6, 2_000
ONSETS = ["", *"bcdfghjklmnprstvwyz", "ch", "kh", "sh", "st", "tr", "th"]
VOWELS = [*"aaaeeiioou", "ai", "ei", "ia", "ou"]
CODAS = ["", "", "", *"nnrslmtk", "ng", "nd", "st"]
IDEOGRAPHS = "公民空間開放政府數位創新貪腐信任全球趨勢參與課責透明治理資料社會環境氣候教育青年性別勞動健康城市農業能源法律"
ROLES = ("Director", "Minister", "Head of Research", "Secretary General", "Fellow", "Commissioner", "部長", "執行長")
KINDS = ("panel", "plenary", "workshop", "fireside chat", "remarks")
PLACES = ("France", "Korea", "Estonia", "Kenya", "Buenos Aires", "Dale", "Portside", "Lakeland")


def word(chance: random.Random) -> str:
    syllables = ("".join(map(chance.choice, (ONSETS, VOWELS, CODAS))) for _ in range(chance.randint(2, 3)))
    return "".join(syllables).capitalize()


def directory(chance: random.Random) -> Directory:
    given, family = [word(chance) for _ in range(1_000)], [word(chance) for _ in range(4_000)]
    orgs = [f"{word(chance)} {word(chance)} Institute, {chance.choice(PLACES)}" for _ in range(1_000)]
    crowd = [
        Person(f"{chance.choice(given)} {chance.choice(family)}-{n % 97}", chance.choice(ROLES), chance.choice(orgs))
        for n in range(PEOPLE)
    ]
    found = []
    for n in range(SESSIONS):
        title = f"專題討論：{''.join(chance.choices(IDEOGRAPHS, k=10))}"
        date = f"2031-05-{1 + n % 28:02}"
        speakers = tuple(crowd[(n * CROWD + k) % PEOPLE] for k in range(CROWD))
        found.append(
            Session(f"s{n:05}", title, None, chance.choice(KINDS), date, None, None, (title,), (1, 1), (), speakers)
        )
    return Directory(found)


def typed(text: str, chance: random.Random) -> str:
    """The beginning of a text as somebody types it: one time in three with a slip."""
    begun = text[: chance.randint(1, len(text))]
    if len(begun) > 3 and chance.random() < 1 / 3:
        at = chance.randrange(1, len(begun))
        begun = begun[:at] + chance.choice(("", "x", begun[at - 1])) + begun[at + 1 :]
    return begun


def measure(name: str, look_up: Callable[[str], object], queries: Sequence[str]) -> None:
    took = []
    for query in queries:
        began = time.perf_counter()
        look_up(query)
        took.append(1000 * (time.perf_counter() - began))
    p50, p99 = np.percentile(took, (50, 99))
    worst = queries[int(np.argmax(took))]
    print(f"{name:18} p50 {p50:6.2f} ms   p99 {p99:6.2f} ms   slowest {max(took):6.2f} ms: {worst!r}")


def main() -> None:
    chance = random.Random(7)
    began = time.perf_counter()
    everything = directory(chance)
    took = time.perf_counter() - began
    print(f"{len(everything.sessions)} sessions, {len(everything.people)} people, made in {took:.1f} s")
    names = [chance.choice(everything.people)[0] for _ in range(QUERIES)]
    people = [typed(person.name if chance.random() < 0.8 else person.org or "", chance) for person in names]
    titles = [typed(chance.choice(everything.sessions).title[chance.choice((0, 5)) :], chance) for _ in range(QUERIES)]
    measure("suggest_people", everything.suggest_people, people)
    measure("suggest_sessions", everything.suggest_sessions, [*titles[: QUERIES // 2], *people[: QUERIES // 2]])
    measure("find_people", everything.find_people, people[:200])
    measure("find_sessions", everything.find_sessions, titles[:200])


if __name__ == "__main__":
    main()
