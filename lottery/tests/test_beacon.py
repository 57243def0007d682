"""drand: published rounds of both networks are accepted, and nothing else."""

import datetime

import pytest

from lottery.beacon import WrongSignature, network

QUICKNET, DEFAULT = network("quicknet"), network("default")
ROUND_1000 = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
FIRST = "176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a"
ROUND_1 = (
    "8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20ff7bc3e09d7c046566c9f7f3c6f3b101"
    "04990e7cb424998203d8f7de586fb7fa5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2352b4655"
)


def test_a_published_round_of_quicknet_is_accepted():
    randomness = QUICKNET.check(1000, ROUND_1000)
    assert randomness == "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"


def test_a_published_round_of_the_default_network_is_accepted():
    randomness = DEFAULT.check(1, ROUND_1, FIRST)
    assert randomness == "101297f1ca7dc44ef6088d94ad5fb7ba03455dc33d53ddb412bbc4564ed986ec"


@pytest.mark.parametrize(
    ("number", "signature"),
    [(1001, ROUND_1000), (1000, "c0" + "00" * 47), (1000, ROUND_1000[:-2] + "00"), (1000, ROUND_1), (1000, "xyz")],
)
def test_anything_else_is_refused(number, signature):
    with pytest.raises(WrongSignature):
        QUICKNET.check(number, signature)


def test_rounds_have_their_time():
    assert QUICKNET.time_of(1) == datetime.datetime(2023, 8, 23, 15, 9, 27, tzinfo=datetime.UTC)
    for number in (1, 2, 1000):
        assert QUICKNET.round_at(QUICKNET.time_of(number)) == number
        assert QUICKNET.round_at(QUICKNET.time_of(number) + datetime.timedelta(seconds=1)) == number + 1
