"""Each fault of the matrix: every question that the bot received is answered once or clearly failed, and the bot goes on."""

import pytest

from tests.reliability.digests import digest_cases, send_while
from tests.reliability.faults import Case, cases
from tests.reliability.matrix import suffer

NEW_SESSION = "op 9, not resumable"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
async def test_fault_matrix_each_case_loses_no_question(case: Case) -> None:
    outcome = await suffer(case)
    assert outcome.injected >= 1
    assert outcome.account.questions == 8
    assert (outcome.account.answered, outcome.account.failed) == (8 - case.unanswered, case.unanswered)
    assert (outcome.account.lost, outcome.account.duplicated) == (0, 0)
    assert (outcome.broken, outcome.leaked) == ((), 0)
    assert outcome.identifies == case.world.get("shards", 1) + (case.name == NEW_SESSION)


@pytest.mark.parametrize("case", digest_cases(), ids=lambda case: case.name)
async def test_fault_matrix_each_case_sends_every_digest_once(case: Case) -> None:
    struck, digests = await send_while(case, 2)
    assert struck >= 2
    assert (digests.sent(), digests.lost, digests.duplicated) == ({1: 1, 2: 1}, 0, 0)
