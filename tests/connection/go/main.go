// Package main tells how kubectl would connect: kubeconfig files in, one line of JSON each out.
//
// Every line of standard input is the path of a kubeconfig. The answer is what kubectl's own code
// makes of it (cli-runtime's ConfigFlags, then client-go's transport): whom it would ask, as whom,
// and over what, or why it would not.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	"k8s.io/cli-runtime/pkg/genericclioptions"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // kubectl's credential plugins
	"k8s.io/client-go/rest"
)

type connection struct {
	Error      string `json:"error"`
	Server     string `json:"server"`
	Namespace  string `json:"namespace"`
	Proxy      string `json:"proxy"`
	ServerName string `json:"serverName"`
	Insecure   bool   `json:"insecure"`
	Authority  string `json:"authority"`
	Token      string `json:"token"`
	TokenFile  string `json:"tokenFile"`
	Username   string `json:"username"`
	Password   string `json:"password"`
	Cert       string `json:"certificate"`
	Key        string `json:"key"`
	Exec       string `json:"exec"`
	Provider   string `json:"provider"`
	As         string `json:"as"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		answer, err := resolved(lines.Text())
		if err != nil {
			answer = connection{Error: err.Error()}
		}
		if err := answers.Encode(answer); err != nil {
			panic(err)
		}
	}
}

func resolved(kubeconfig string) (connection, error) {
	flags := genericclioptions.NewConfigFlags(false)
	flags.KubeConfig = &kubeconfig
	config, err := flags.ToRESTConfig()
	if err != nil {
		return connection{}, err
	}
	namespace, _, err := flags.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return connection{}, err
	}
	config.APIPath = "/api"
	server, _, err := rest.DefaultServerUrlFor(config)
	if err != nil {
		return connection{}, err
	}
	if server.Scheme != "http" && server.Scheme != "https" {
		return connection{}, fmt.Errorf("unsupported protocol scheme %q", server.Scheme)
	}
	if server.Hostname() == "" {
		return connection{}, fmt.Errorf("no host in request URL")
	}
	if _, err := rest.TransportFor(config); err != nil {
		return connection{}, err
	}
	request, err := http.NewRequest(http.MethodGet, server.JoinPath("version").String(), nil)
	if err != nil {
		return connection{}, err
	}
	answer := connection{
		Server: server.Scheme + "://" + server.Host + strings.TrimRight(server.EscapedPath(), "/"), Namespace: namespace, ServerName: config.ServerName,
		Insecure: config.Insecure, Authority: hashed(config.CAData, config.CAFile), Token: config.BearerToken, TokenFile: config.BearerTokenFile,
		Username: config.Username, Password: config.Password, Cert: hashed(config.CertData, config.CertFile), Key: hashed(config.KeyData, config.KeyFile),
		As: fmt.Sprint(config.Impersonate.UserName, config.Impersonate.UID, config.Impersonate.Groups, len(config.Impersonate.Extra)),
	}
	if config.Proxy != nil {
		proxy, err := config.Proxy(request)
		if err != nil {
			return connection{}, err
		}
		answer.Proxy = proxy.Scheme + "://" + proxy.Host
	}
	if config.ExecProvider != nil {
		answer.Exec = config.ExecProvider.Command
	}
	if config.AuthProvider != nil {
		answer.Provider = config.AuthProvider.Name
	}
	return answer, nil
}

func hashed(data []byte, file string) string {
	if len(data) == 0 && file != "" {
		data, _ = os.ReadFile(file)
	}
	if len(data) == 0 {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}
