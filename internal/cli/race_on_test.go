//go:build race

package cli

// raceDetector tells whether the tests run under the race detector, which makes each command take about eight times as long.
const raceDetector = true

// tortureUsual is how many cases of the torture test run unless a flag says otherwise: one of each mode.
const tortureUsual = 18
