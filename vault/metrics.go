package vault

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"sessionferry/internal/version"
)

// metrics count what the vault does. They name routes, codes and tasks, never an
// id, a person, an app or a path.
type metrics struct {
	registry *prometheus.Registry
	inFlight prometheus.Gauge
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	failures *prometheus.CounterVec
}

const namespace = "sessionferry_vault"

// Tasks of the upkeep.
const (
	taskExpire = "expire"
	taskErase  = "erase"
)

func newMetrics(cfg *Config) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: namespace, Name: "requests_in_flight", Help: "Requests in work."}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "requests_total", Help: "Requests answered. code is that of docs/protocol.md, empty for success."},
			[]string{"method", "route", "status", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "request_seconds", Help: "How long requests took, the waiting of a long call included.",
			Buckets: []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60}},
			[]string{"method", "route"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "upkeep_failures_total", Help: "Rounds of the upkeep that failed, by task: expire or erase."},
			[]string{"task"}),
	}
	for _, task := range []string{taskExpire, taskErase} {
		m.failures.WithLabelValues(task)
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: namespace, Name: "build_info", Help: "Always 1, with the program's version.", ConstLabels: prometheus.Labels{"version": version.Version}})
	build.Set(1)
	m.registry.MustRegister(m.inFlight, m.requests, m.seconds, m.failures, build, &storeMetrics{cfg},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(rec *recorder, r *http.Request, took time.Duration) {
	m.requests.WithLabelValues(method(r), route(r), strconv.Itoa(rec.status), string(rec.code)).Inc()
	m.seconds.WithLabelValues(method(r), route(r)).Observe(took.Seconds())
}

func (s *Server) metricsPage(c *call) error {
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(c.w, c.r)
	return nil
}

// storeMetrics asks the store when somebody looks.
type storeMetrics struct{ cfg *Config }

func describe(name, help string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, nil, nil)
}

var (
	storeUp        = describe("store_up", "1 if the database answered this look; if not, what the database tells is absent.")
	erasuresDone   = describe("erasures_done_total", "Erasures confirmed since the vault was made.")
	erasuresWait   = describe("erasures_pending", "Sessions that have ended and whose erasure is not confirmed.")
	erasuresFail   = describe("erasures_failing", "Pending erasures whose last attempt failed.")
	erasuresOldest = describe("erasures_oldest_pending_seconds", "How long the oldest pending erasure has waited; 0 for none.")
	erasuresBound  = describe("erasures_bound_seconds", "Within how long an erasure is promised.")
	sessionsDue    = describe("sessions_due", "Sessions whose time has come, unreadable, and that no round of the upkeep has ended yet.")
	bucketsLost    = describe("buckets_lost", "Buckets whose key is gone: the database is older than the folder of keys.")
)

// Describe implements prometheus.Collector.
func (m *storeMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{storeUp, erasuresDone, erasuresWait, erasuresFail, erasuresOldest, erasuresBound, sessionsDue, bucketsLost} {
		to <- d
	}
}

// lookLimit is how long whoever looks after the vault waits for its database.
const lookLimit = 5 * time.Second

// Collect implements prometheus.Collector.
func (m *storeMetrics) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value)
	}
	gauge(erasuresBound, m.cfg.EraseWithin.Seconds())
	ctx, cancel := context.WithTimeout(context.Background(), lookLimit)
	defer cancel()
	h, err := m.cfg.Store.Health(ctx)
	if err != nil {
		gauge(storeUp, 0)
		return
	}
	gauge(storeUp, 1)
	to <- prometheus.MustNewConstMetric(erasuresDone, prometheus.CounterValue, float64(h.Erased))
	gauge(erasuresWait, float64(h.Pending))
	gauge(erasuresFail, float64(h.Failing))
	gauge(sessionsDue, float64(h.Overdue))
	gauge(bucketsLost, float64(h.LostBuckets))
	age := time.Duration(0)
	if !h.OldestPending.IsZero() {
		age = m.cfg.Now().Sub(h.OldestPending)
	}
	gauge(erasuresOldest, age.Seconds())
}
