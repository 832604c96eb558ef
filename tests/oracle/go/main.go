// Package main asks the allocator and the CEL environment of one Kubernetes release.
//
// "oracle KIND" reads one JSON question a line and writes one JSON answer a line:
//
//	allocate        may the claims of a pod be allocated, and how
//	time-allocate   how long that takes for every node, in milliseconds
//	cel             what a selector says of a device, and what it costs
//	time-cel        how long selectors take on many devices, in milliseconds
//
// A question that cannot be asked in this release is answered {"failure": "…"}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

var kinds = map[string]func(question []byte) (any, error){
	"allocate":      asked(answerAllocation),
	"time-allocate": asked(timeAllocation),
	"cel":           asked(answerSelector),
	"time-cel":      asked(timeSelectors),
}

type failure struct {
	Failure string `json:"failure"`
}

func main() {
	if len(os.Args) != 2 || kinds[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: oracle allocate|time-allocate|cel|time-cel")
		os.Exit(2)
	}
	answer := kinds[os.Args[1]]
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for {
		question, err := in.ReadBytes('\n')
		if err != nil {
			return // the one who asks has left
		}
		value, err := answer(question)
		if err != nil {
			value = failure{err.Error()}
		}
		if out.Encode(value) != nil {
			return
		}
	}
}

// asked decodes a question before it is answered.
func asked[Question any](answer func(Question) (any, error)) func([]byte) (any, error) {
	return func(line []byte) (any, error) {
		var question Question
		if err := json.Unmarshal(line, &question); err != nil {
			return nil, err
		}
		return answer(question)
	}
}
