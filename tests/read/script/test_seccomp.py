"""The filter of system calls, run by a small machine of our own for each kind of processor."""

from __future__ import annotations

import errno
import struct

import pytest

from net2fig.read.script.guard import seccomp

PROCESS = 4711

THREAD_FLAGS = 0x3D0F00
"""The flags with which glibc starts a thread."""

SIGNAL_OF_A_CHILD = 17


def run(program: bytes, machine: int, call: int, *arguments: int) -> int:
    """Return what the kernel would for a call: the instructions are those of its filters."""
    data = struct.pack("=IIQ6Q", call, machine, 0, *arguments, *[0] * (6 - len(arguments)))
    steps = list(struct.iter_unpack("=HBBI", program))
    at, value = 0, 0
    while True:
        operation, if_so, if_not, number = steps[at]
        at += 1
        if operation == seccomp.RETURN:
            return number
        if operation == seccomp.LOAD:
            value = struct.unpack_from("=I", data, number)[0]
            continue
        holds = {
            seccomp.EQUAL: value == number,
            seccomp.AT_LEAST: value >= number,
            seccomp.ANY_BIT: bool(value & number),
        }[operation]
        at += if_so if holds else if_not


@pytest.fixture(params=sorted(seccomp.MACHINES))
def ask(request):
    """Return a function that asks the filter of a machine for its answer to a call."""
    machine, column = seccomp.MACHINES[request.param]
    program = seccomp.write_filter(machine, column, PROCESS)

    def answer(numbers, *arguments):
        return run(program, machine, numbers[column], *arguments)

    answer.column, answer.program, answer.machine = column, program, machine
    return answer


def test_each_listed_call_has_its_answer(ask):
    for calls, expected in (
        (seccomp.PRETENDED, seccomp.ERROR),
        (seccomp.REFUSED, seccomp.ERROR | errno.EACCES),
        (seccomp.MISSING, seccomp.ERROR | errno.ENOSYS),
    ):
        for name, numbers in calls.items():
            if numbers[ask.column] is not None:
                assert ask(numbers) == expected, name


def test_threads_are_started_and_processes_are_not(ask):
    assert ask(seccomp.CLONE, THREAD_FLAGS) == seccomp.ALLOW
    assert ask(seccomp.CLONE, SIGNAL_OF_A_CHILD) == seccomp.DENIED


def test_only_what_names_no_address_is_sent(ask):
    assert ask(seccomp.SEND_TO, 3, 1, 2, 0, 0) == seccomp.ALLOW
    assert ask(seccomp.SEND_TO, 3, 1, 2, 0, 1) == seccomp.DENIED
    assert ask(seccomp.SEND_TO, 3, 1, 2, 0, 2**32) == seccomp.DENIED


def test_a_process_sends_signals_to_itself_alone(ask):
    for each in seccomp.KILL:
        assert ask(each, PROCESS, 6) == seccomp.ALLOW
        assert ask(each, PROCESS + 1, 9) == seccomp.PRETEND
        assert ask(each, 2**32 - PROCESS, 9) == seccomp.PRETEND


def test_all_other_calls_pass(ask):
    lists = (seccomp.PRETENDED, seccomp.REFUSED, seccomp.MISSING)
    listed = {numbers[ask.column] for calls in lists for numbers in calls.values()}
    listed |= {each[ask.column] for each in (seccomp.CLONE, seccomp.SEND_TO, *seccomp.KILL)}
    for call in set(range(500)) - listed:
        assert run(ask.program, ask.machine, call) == seccomp.ALLOW


def test_other_interfaces_are_closed(ask):
    assert run(ask.program, ask.machine ^ 1, 0) == seccomp.DENIED
    if ask.column == 0:
        assert run(ask.program, ask.machine, seccomp.FOREIGN + 59) == seccomp.UNKNOWN_CALL


def test_no_number_is_listed_twice():
    for column in (0, 1):
        lists = (seccomp.PRETENDED, seccomp.REFUSED, seccomp.MISSING)
        numbers = [each[column] for calls in lists for each in calls.values()]
        numbers += [each[column] for each in (seccomp.CLONE, seccomp.SEND_TO, *seccomp.KILL)]
        listed = [number for number in numbers if number is not None]
        assert len(listed) == len(set(listed))
