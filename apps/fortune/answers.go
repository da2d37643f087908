package main

import (
	"fmt"
	"net/http"
	"sync"
)

// answers counts by status how many requests were answered: what tells a good version from a bad one
// (deploy/base/analysis.yaml).
type answers struct {
	mutex sync.Mutex
	count map[int]int
}

func newAnswers() *answers {
	return &answers{count: map[int]int{}}
}

// counted passes requests on and counts their answers.
func (a *answers) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		noted := &notedStatus{ResponseWriter: answer, status: http.StatusOK}
		next.ServeHTTP(noted, request)
		a.mutex.Lock()
		defer a.mutex.Unlock()
		a.count[noted.status]++
	})
}

// ServeHTTP writes the counts in Prometheus' text format.
func (a *answers) ServeHTTP(answer http.ResponseWriter, _ *http.Request) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	answer.Header().Set("content-type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = fmt.Fprintln(answer, "# TYPE http_requests_total counter")
	for status, count := range a.count {
		_, _ = fmt.Fprintf(answer, "http_requests_total{status=\"%d\"} %d\n", status, count)
	}
}

// notedStatus remembers the status that was written.
type notedStatus struct {
	http.ResponseWriter
	status int
}

func (n *notedStatus) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}
