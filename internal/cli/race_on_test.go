//go:build race

package cli

// raceDetector tells whether the tests run under the race detector, which makes each command take about eight times as long.
const raceDetector = true
