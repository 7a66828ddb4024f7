package azure

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// diagnose says what an error of the SDK means and what to do about it. The
// codes are in the Blob service's REST reference, "Status and error codes".
func (by signIn) diagnose(err error) bucket.Diagnosis {
	if failed, signingIn := errors.AsType[*signInError](err); signingIn {
		return signInAdvice(failed)
	}
	if answer, answered := errors.AsType[*azcore.ResponseError](err); answered {
		return by.answer(answer)
	}
	if name, unknown := errors.AsType[*net.DNSError](err); unknown && name.IsNotFound {
		return final(fmt.Sprintf("there is no storage account at %s; check location, and cloud or endpoint", name.Name))
	}
	if errors.Is(err, errNoBlobService) {
		return final(errNoBlobService.Error() + "; check endpoint, which may be no Blob service")
	}
	if network, failed := errors.AsType[*net.OpError](err); failed {
		return bucket.Diagnosis{Cause: bucket.Passing, Advice: fmt.Sprintf("no answer: %v; check endpoint and network", network)}
	}
	if strings.Contains(err.Error(), "unmarshalling type ") { // the SDK's only word for a listing that was cut off
		return bucket.Diagnosis{Cause: bucket.Passing}
	}
	return bucket.Diagnosis{}
}

// answer diagnoses what the storage answered.
func (by signIn) answer(e *azcore.ResponseError) bucket.Diagnosis {
	said := " (" + saidBy(e) + ")"
	switch e.ErrorCode {
	case "ConditionNotMet", "TargetConditionNotMet":
		return bucket.Diagnosis{Cause: bucket.Changed}
	case "BlobNotFound", "ResourceNotFound":
		return bucket.Diagnosis{Cause: bucket.Missing}
	}
	if advice := by.advice(e); advice != "" {
		return final(advice + said)
	}
	unknown := bucket.Diagnosis{Advice: fmt.Sprintf("the storage answered %d %s%s", e.StatusCode, http.StatusText(e.StatusCode), said)}
	switch {
	case e.StatusCode == http.StatusNotModified:
		unknown.Cause = bucket.Passing
		unknown.Advice = "the storage answered 304 Not Modified, which nobody asked for, as a cache does; go around it" + said
	case e.StatusCode == http.StatusPreconditionFailed:
		return bucket.Diagnosis{Cause: bucket.Changed}
	case e.StatusCode == http.StatusNotFound:
		return bucket.Diagnosis{Cause: bucket.Missing}
	case e.StatusCode >= 500, e.StatusCode == http.StatusTooManyRequests, e.StatusCode == http.StatusRequestTimeout:
		unknown.Cause = bucket.Passing
	}
	return unknown
}

// advice is empty for codes that it does not know.
func (by signIn) advice(e *azcore.ResponseError) string {
	switch e.ErrorCode {
	case "AuthenticationFailed":
		return by.notAuthentic(detailOf(e))
	case "AuthorizationFailure":
		return "refused, whoever asks, as the storage account's firewall does; let this machine's network in" + by.orSignature()
	case "AuthorizationPermissionMismatch", "InsufficientAccountPermissions":
		return by.notPermitted()
	case "AuthorizationResourceTypeMismatch", "AuthorizationServiceMismatch":
		return "the shared access signature is for something else; make one for this container, or for the blob service with containers and objects"
	case "AuthorizationSourceIPMismatch", "AuthorizationProtocolMismatch":
		return "the shared access signature is for another address range or protocol; make one that allows this machine and HTTPS"
	case "KeyBasedAuthenticationNotPermitted":
		return "the storage account refuses account keys and what they sign; sign in as an identity, or have the account allow keys"
	case "NoAuthenticationInformation", "InvalidAuthenticationInfo", "PublicAccessNotPermitted":
		return "the storage account does not take this way to sign in; see docs/connect-azure.md for those there are"
	case "ContainerNotFound":
		return "no such container; check location"
	case "ContainerDisabled", "AccountIsDisabled":
		return "the storage account is disabled"
	case "InvalidResourceName", "InvalidUri", "OutOfRangeInput":
		return "that is no name of a container; check location"
	case "BlobArchived":
		return "archived; rehydrate the blobs of this month, or end the lifecycle rule for this folder"
	}
	return ""
}

// notAuthentic is about requests that the storage cannot tell the sender of.
func (by signIn) notAuthentic(detail string) string {
	switch {
	case by == bySignature && strings.Contains(detail, "time frame"):
		return "the shared access signature has expired, or is not valid yet; make a new one"
	case by == bySignature:
		return "wrong shared access signature: it was cut off when copied, or the key that signed it was rotated; make a new one"
	case strings.Contains(detail, "date header") || strings.Contains(detail, "Date header"):
		return "this machine's clock is wrong; set it"
	case by == byKey:
		return "wrong key: it is not one of the storage account's two, or was rotated; set the one that the account shows"
	}
	return "the storage account does not take the identity's token; check that it is of the same tenant, and cloud"
}

func (by signIn) notPermitted() string {
	if by == bySignature {
		return "the shared access signature lacks permissions; make one with read and list"
	}
	return "signed in, but without a role that may read; assign Storage Blob Data Reader on the container to this identity, " +
		"which takes up to ten minutes to apply"
}

// orSignature is for refusals that a signature causes too.
func (by signIn) orSignature() string {
	if by != bySignature {
		return ""
	}
	return ", or make a new shared access signature if this one has expired"
}

// signInAdvice is about the call that gets a token.
func signInAdvice(err *signInError) bucket.Diagnosis {
	failed, refused := errors.AsType[*azidentity.AuthenticationFailedError](err)
	if !refused {
		return final("no identity found to sign in as; attach a managed or workload identity, set AZURE_TENANT_ID, AZURE_CLIENT_ID and " +
			"AZURE_CLIENT_SECRET, run az login, or name a signature in sas_env")
	}
	if code := entraCode.FindString(failed.Error()); code != "" {
		return final("sign in: refused by Microsoft Entra ID: " + entraAdvice(code) + " (" + code + ")")
	}
	return final("sign in: " + oneLine(failed.Error()))
}

var entraCode = regexp.MustCompile(`AADSTS[0-9]+`)

// entraAdvice is what to do about the commonest codes.
func entraAdvice(code string) string {
	switch code {
	case "AADSTS7000215":
		return "wrong client secret; set the secret's value, not its id"
	case "AADSTS7000222":
		return "the client secret has expired; make a new one"
	case "AADSTS700016":
		return "no such application in the tenant; check AZURE_CLIENT_ID and AZURE_TENANT_ID"
	case "AADSTS90002", "AADSTS900023":
		return "no such tenant; check AZURE_TENANT_ID, and cloud"
	case "AADSTS700213", "AADSTS70021":
		return "the application trusts no such workload; add a federated credential for this service account"
	}
	return "look the code up, and check AZURE_TENANT_ID and AZURE_CLIENT_ID"
}

var (
	detailText = regexp.MustCompile(`(?s)<AuthenticationErrorDetail>(.*?)</AuthenticationErrorDetail>`)
	spaces     = regexp.MustCompile(`\s+`)
)

// detailOf is what the storage says about a request it cannot authenticate. It
// is not told: it may hold what was signed.
func detailOf(e *azcore.ResponseError) string {
	if found := detailText.FindStringSubmatch(e.Error()); found != nil {
		return found[1]
	}
	return ""
}

// saidBy is the storage's own code, and the request's number for its support.
func saidBy(e *azcore.ResponseError) string {
	said := e.ErrorCode
	if said == "" {
		said = fmt.Sprint(e.StatusCode)
	}
	if e.RawResponse == nil {
		return said
	}
	if id := e.RawResponse.Header.Get("X-Ms-Request-Id"); id != "" {
		said += ", request " + id
	}
	return said
}

func oneLine(text string) string {
	text = spaces.ReplaceAllString(text, " ")
	return text[:min(len(text), 300)]
}

func final(advice string) bucket.Diagnosis {
	return bucket.Diagnosis{Cause: bucket.Final, Advice: advice}
}
