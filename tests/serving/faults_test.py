"""The log: a stranger's faults are counted, and no message is written without end."""

import io
import logging

import pytest

from server.serving import faults


@pytest.fixture
def written():
    """What is written through a bounded handler."""
    faults.sum_up()
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(faults.Bounded())
    names = ("engineio.server", "socketio.server", "gunicorn.error", "luot.test", "luot.faults")
    loggers = [logging.getLogger(name) for name in names]
    before = [(logger, logger.handlers, logger.propagate, logger.level) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.INFO)
    yield text
    for logger, handlers, propagate, level in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)
    faults.sum_up()


def failed(logger, message, *args):
    try:
        raise ValueError("what a stranger sent")
    except ValueError:
        logging.getLogger(logger).exception(message, *args)


def test_a_thousand_packets_nobody_can_use_are_one_line(written):
    for _ in range(1000):
        failed("engineio.server", "message handler error")
    for number in range(50):
        logging.getLogger("gunicorn.error").warning(f"Invalid request from ip=10.0.0.{number}: x")
    assert written.getvalue() == ""
    faults.sum_up()
    line = written.getvalue()
    assert line.count("\n") == 1
    assert "1000 × packets that nobody can use" in line and "50 × requests that are no" in line
    faults.sum_up()
    assert written.getvalue() == line  # nothing new, nothing said


def test_our_own_message_is_written_ten_times_a_minute_then_counted(written):
    for number in range(500):
        failed("luot.test", "%s failed", number)
    assert written.getvalue().count("Traceback") == faults.SAME_MESSAGE
    logging.getLogger("luot.test").error("something else")
    assert "something else" in written.getvalue()
    faults.sum_up()
    assert "490 × luot.test: %s failed" in written.getvalue()
    failed("luot.test", "%s failed", 501)
    assert written.getvalue().count("Traceback") == faults.SAME_MESSAGE + 1


def test_messages_that_are_all_different_are_bounded_too(written):
    for number in range(5000):
        logging.getLogger("luot.test").warning(f"refused {number}")
    assert written.getvalue().count("\n") <= faults.MESSAGES_KEPT + faults.SAME_MESSAGE


def test_without_the_bound_each_is_a_traceback(written):
    """The negative control: the same faults through the same handler without its filter."""
    handler = logging.getLogger("engineio.server").handlers[0]
    handler.filters.clear()
    for _ in range(1000):
        failed("engineio.server", "message handler error")
    assert written.getvalue().count("Traceback") == 1000
