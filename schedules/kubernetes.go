package schedules

import (
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// Names of what the manifests refer to, and where a pod finds it.
const (
	appName       = "costwarden"
	configVolume  = "config"                 // ConfigMap costwarden-config: costwarden.yaml
	policyVolume  = "policy"                 // ConfigMap costwarden-policy: the files of the policy folder
	dataVolume    = "data"                   // PersistentVolumeClaim costwarden-data: warehouse, landing, workbooks
	tmpVolume     = "tmp"                    // the one place besides data that a pod may write to
	configPath    = "/etc/costwarden/config" // costwarden.yaml
	policyPath    = "/etc/costwarden/policy"
	dataPath      = "/var/lib/costwarden"
	nobody        = 65532 // the user a pod runs as
	dataSize      = "50Gi"
	memoryRequest = "2Gi"
	memoryLimit   = "4Gi"
)

// kubernetesHeader tells what the manifests expect to find.
const kubernetesHeader = `# Written by: costwarden schedule render cronjob
#
# The pods read their configuration from two ConfigMaps:
#   kubectl create configmap costwarden-config --from-file=costwarden.yaml
#   kubectl create configmap costwarden-policy --from-file=policy/
# and their environment, such as webhook addresses, from the Secret costwarden, if there is one.
# In costwarden.yaml, let warehouse, landing and reports be below ` + dataPath + `,
# policy be ` + policyPath + `, and memory_limit stay a quarter below the pod's memory.
# One CronJob never overlaps itself; different ones wait for each other at the warehouse's lock.
`

// CronJobs writes the jobs as Kubernetes CronJobs of image, with the
// ServiceAccount and the volume they share, as one YAML stream.
func CronJobs(w io.Writer, jobs []Job, zone, image string) error {
	documents := []any{newServiceAccount(), newClaim()}
	for _, job := range jobs {
		if err := job.Check(); err != nil {
			return err
		}
		documents = append(documents, newCronJob(job, zone, image))
	}
	if _, err := io.WriteString(w, kubernetesHeader); err != nil {
		return err
	}
	encoder := yaml.NewEncoder(w)
	encoder.SetIndent(2)
	for _, document := range documents {
		if err := encoder.Encode(document); err != nil {
			return fmt.Errorf("write manifests: %w", err)
		}
	}
	return encoder.Close()
}

func newMetadata(name string) metadata {
	return metadata{Name: name, Labels: map[string]string{"app.kubernetes.io/name": appName}}
}

func newServiceAccount() serviceAccount {
	// The cloud's workload identity is an annotation that the cluster's owner adds here.
	return serviceAccount{typeMeta{"v1", "ServiceAccount"}, newMetadata(appName)}
}

func newClaim() claim {
	c := claim{typeMeta: typeMeta{"v1", "PersistentVolumeClaim"}, Metadata: newMetadata(appName + "-data")}
	// One node at a time: the database is locked by its writer, which network volumes do not do reliably.
	c.Spec.AccessModes = []string{"ReadWriteOnce"}
	c.Spec.Resources.Requests = map[string]string{"storage": dataSize}
	return c
}

func newCronJob(job Job, zone, image string) cronJob {
	return cronJob{
		typeMeta: typeMeta{"batch/v1", "CronJob"},
		Metadata: newMetadata(appName + "-" + job.Name),
		Spec: cronJobSpec{
			Schedule:                   job.Spec,
			TimeZone:                   zone,
			ConcurrencyPolicy:          "Forbid",
			StartingDeadlineSeconds:    3600,
			SuccessfulJobsHistoryLimit: 3,
			FailedJobsHistoryLimit:     3,
			JobTemplate:                jobTemplate{Spec: newJob(job, image)},
		},
	}
}

func newJob(job Job, image string) jobSpec {
	spec := jobSpec{BackoffLimit: 1, ActiveDeadlineSeconds: 4 * 3600}
	// A second try cannot mend a wrong configuration, a bill that does not
	// reconcile, or a team that overspent.
	spec.PodFailurePolicy.Rules = []failureRule{{
		Action:      "FailJob",
		OnExitCodes: exitCodes{ContainerName: appName, Operator: "In", Values: []int{2, 4, 10, 11}},
	}}
	spec.Template.Metadata = newMetadata("")
	spec.Template.Spec = newPod(job, image)
	return spec
}

func newPod(job Job, image string) podSpec {
	yes, no := true, false
	return podSpec{
		ServiceAccountName:            appName,
		AutomountServiceAccountToken:  &no,
		RestartPolicy:                 "Never",
		TerminationGracePeriodSeconds: 60,
		SecurityContext: podSecurity{
			RunAsNonRoot: &yes, RunAsUser: nobody, RunAsGroup: nobody, FSGroup: nobody,
			SeccompProfile: seccompProfile{"RuntimeDefault"},
		},
		Containers: []container{{
			Name:    appName,
			Image:   image,
			Args:    job.CommandLine(configPath + "/costwarden.yaml"),
			EnvFrom: []envFrom{{secretRef{appName, &yes}}},
			Resources: resources{
				Requests: map[string]string{"cpu": "1", "memory": memoryRequest},
				Limits:   map[string]string{"memory": memoryLimit},
			},
			SecurityContext: containerSecurity{
				AllowPrivilegeEscalation: &no, ReadOnlyRootFilesystem: &yes, Capabilities: capabilities{[]string{"ALL"}},
			},
			VolumeMounts: []volumeMount{
				{configVolume, configPath, true},
				{policyVolume, policyPath, true},
				{dataVolume, dataPath, false},
				{tmpVolume, "/tmp", false},
			},
		}},
		Volumes: []volume{
			{Name: configVolume, ConfigMap: &configMap{appName + "-config"}},
			{Name: policyVolume, ConfigMap: &configMap{appName + "-policy"}},
			{Name: dataVolume, PersistentVolumeClaim: &claimRef{appName + "-data"}},
			{Name: tmpVolume, EmptyDir: &struct{}{}},
		},
	}
}
