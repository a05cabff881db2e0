"""Count answers and errors in memory, for /status and for Prometheus. Metrics contain no ids and no texts."""

from collections import Counter as Count
from collections import deque
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

LATEST = 1000  # number of latest answers for the percentiles of their time
BUCKETS = (0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60)  # seconds
WRITER_BUCKETS = (0.5, 1, 2, 4, 6, 10, 20, 40)
LAG_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 3)


class Metrics:
    """The bot's counters, histograms and gauges."""

    def __init__(self) -> None:
        self.answered: Count[str] = Count()
        self.errors: Count[str] = Count()
        self.written: Count[str] = Count()
        self._latest: deque[float] = deque(maxlen=LATEST)
        self.registry = CollectorRegistry()
        self._answers = Counter("report_bot_answers", "Answers given, by verdict", ["verdict"], registry=self.registry)
        self._errors = Counter("report_bot_errors", "Errors told to members, by kind", ["kind"], registry=self.registry)
        self._seconds = Histogram(
            "report_bot_answer_seconds", "From question to answer", buckets=BUCKETS, registry=self.registry
        )

        self._lag = Histogram(
            "report_bot_event_loop_lag_seconds", "How late the event loop wakes", buckets=LAG_BUCKETS, registry=self.registry
        )
        self._malformed = Counter(
            "report_bot_malformed_requests", "Requests to the web server that are no HTTP", registry=self.registry
        )
        self._heads = Counter(
            "report_bot_writer_heads", "What became of answers to write above", ["outcome"], registry=self.registry
        )
        self._writer_tokens = Counter("report_bot_writer_tokens", "Tokens that the writer used", registry=self.registry)
        self._writer_seconds = Histogram(
            "report_bot_writer_seconds", "From answer to head or none", buckets=WRITER_BUCKETS, registry=self.registry
        )
        self.longest_lag = 0.0
        self.gauge("event_loop_longest_lag_seconds", "The longest of these since the start", lambda: self.longest_lag)

    def lag(self, seconds: float) -> None:
        """Record a lag of the event loop in seconds."""
        self._lag.observe(seconds)
        self.longest_lag = max(self.longest_lag, seconds)

    def malformed(self) -> None:
        """Count a request to the web server that is not valid HTTP."""
        self._malformed.inc()

    def gauge(self, name: str, description: str, value: Callable[[], float]) -> None:
        """Add a gauge whose value is read at each export."""
        Gauge(f"report_bot_{name}", description, registry=self.registry).set_function(value)

    def answer(self, verdict: str, seconds: float) -> None:
        """Count an answer and record the seconds from question to answer."""
        self.answered[verdict] += 1
        self._latest.append(seconds)
        self._answers.labels(verdict).inc()
        self._seconds.observe(seconds)

    def error(self, kind: str) -> None:
        """Count an error that a member saw."""
        self.errors[kind] += 1
        self._errors.labels(kind).inc()

    def wrote(self, outcome: str, seconds: float, tokens: int) -> None:
        """Count what became of an answer to write above, the seconds that it took and the tokens that it used."""
        self.written[outcome] += 1
        self._heads.labels(outcome).inc()
        self._writer_seconds.observe(seconds)
        self._writer_tokens.inc(tokens)

    def latency(self, share: float) -> float:
        """Return a percentile of the times of the latest answers in milliseconds, 0 without answers.

        :param share: The percentile, from 0 to 1.
        """
        ordered = sorted(self._latest)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0

    def exposition(self) -> bytes:
        """Export the metrics in the text format of Prometheus."""
        return generate_latest(self.registry)
