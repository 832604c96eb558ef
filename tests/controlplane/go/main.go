// Package main is one program that is each component of a control plane.
//
// It is called "controlplane COMPONENT FLAGS…", or through a link that has the component's name,
// which is how kubectl finds it on PATH. "controlplane attached COMPONENT FLAGS…" ends as soon as
// its standard input is closed, so that no component outlives the tests that started it, however
// those ended.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // kubectl's credential plugins
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // the metrics that the components register
	_ "k8s.io/component-base/metrics/prometheus/version"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

var components = map[string]func(){
	"etcd":                    func() { etcdmain.Main(os.Args) },
	"kube-apiserver":          server(apiserver.NewAPIServerCommand),
	"kube-controller-manager": server(controllermanager.NewControllerManagerCommand),
	"kube-scheduler":          server(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kubectl":                 kubectl,
	"signing-key":             signingKey,
}

func main() {
	name := filepath.Base(os.Args[0])
	if _, linked := components[name]; !linked {
		os.Args = os.Args[1:]
		if len(os.Args) > 0 && os.Args[0] == "attached" {
			os.Args = os.Args[1:]
			go exitWithStandardInput()
		}
		if len(os.Args) == 0 {
			fail("usage: controlplane [attached] COMPONENT FLAGS…")
		}
		name = os.Args[0]
	}
	run, known := components[name]
	if !known {
		fail(fmt.Sprintf("controlplane has no component %q", name))
	}
	run()
}

func exitWithStandardInput() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
}

func server(command func() *cobra.Command) func() {
	return func() { os.Exit(cli.Run(command())) }
}

// kubectl does what kubernetes/cmd/kubectl does.
func kubectl() {
	_, _ = logs.GlogSetter(cmd.GetLogVerbosity(os.Args))
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}

// signingKey prints a new key for the tokens of service accounts, which the API server does not
// make by itself.
func signingKey() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		fail(err.Error())
	}
	encoded, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		fail(err.Error())
	}
	_ = pem.Encode(os.Stdout, &pem.Block{Type: "EC PRIVATE KEY", Bytes: encoded})
}

func fail(sentence string) {
	fmt.Fprintln(os.Stderr, sentence)
	os.Exit(2)
}
