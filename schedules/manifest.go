package schedules

// The parts of the Kubernetes API that the manifests use, spelled as the API
// (batch/v1, v1) spells them. Pointers are fields whose zero value must be written.

type typeMeta struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
}

type metadata struct {
	Name   string            `yaml:"name,omitempty"`
	Labels map[string]string `yaml:"labels"`
}

type serviceAccount struct {
	typeMeta `yaml:",inline"`
	Metadata metadata `yaml:"metadata"`
}

type claim struct {
	typeMeta `yaml:",inline"`
	Metadata metadata `yaml:"metadata"`
	Spec     struct {
		AccessModes []string  `yaml:"accessModes"`
		Resources   resources `yaml:"resources"`
	} `yaml:"spec"`
}

type cronJob struct {
	typeMeta `yaml:",inline"`
	Metadata metadata    `yaml:"metadata"`
	Spec     cronJobSpec `yaml:"spec"`
}

type cronJobSpec struct {
	Schedule                   string      `yaml:"schedule"`
	TimeZone                   string      `yaml:"timeZone"`
	ConcurrencyPolicy          string      `yaml:"concurrencyPolicy"`
	StartingDeadlineSeconds    int         `yaml:"startingDeadlineSeconds"`
	SuccessfulJobsHistoryLimit int         `yaml:"successfulJobsHistoryLimit"`
	FailedJobsHistoryLimit     int         `yaml:"failedJobsHistoryLimit"`
	JobTemplate                jobTemplate `yaml:"jobTemplate"`
}

type jobTemplate struct {
	Spec jobSpec `yaml:"spec"`
}

type jobSpec struct {
	BackoffLimit          int `yaml:"backoffLimit"`
	ActiveDeadlineSeconds int `yaml:"activeDeadlineSeconds"`
	PodFailurePolicy      struct {
		Rules []failureRule `yaml:"rules"`
	} `yaml:"podFailurePolicy"`
	Template struct {
		Metadata metadata `yaml:"metadata"`
		Spec     podSpec  `yaml:"spec"`
	} `yaml:"template"`
}

type failureRule struct {
	Action      string    `yaml:"action"`
	OnExitCodes exitCodes `yaml:"onExitCodes"`
}

type exitCodes struct {
	ContainerName string `yaml:"containerName"`
	Operator      string `yaml:"operator"`
	Values        []int  `yaml:"values,flow"`
}

type podSpec struct {
	ServiceAccountName            string      `yaml:"serviceAccountName"`
	AutomountServiceAccountToken  *bool       `yaml:"automountServiceAccountToken"`
	RestartPolicy                 string      `yaml:"restartPolicy"`
	TerminationGracePeriodSeconds int         `yaml:"terminationGracePeriodSeconds"`
	SecurityContext               podSecurity `yaml:"securityContext"`
	Containers                    []container `yaml:"containers"`
	Volumes                       []volume    `yaml:"volumes"`
}

type podSecurity struct {
	RunAsNonRoot   *bool          `yaml:"runAsNonRoot"`
	RunAsUser      int            `yaml:"runAsUser"`
	RunAsGroup     int            `yaml:"runAsGroup"`
	FSGroup        int            `yaml:"fsGroup"`
	SeccompProfile seccompProfile `yaml:"seccompProfile"`
}

type seccompProfile struct {
	Type string `yaml:"type"`
}

type container struct {
	Name            string            `yaml:"name"`
	Image           string            `yaml:"image"`
	Args            []string          `yaml:"args,flow"`
	EnvFrom         []envFrom         `yaml:"envFrom"`
	Resources       resources         `yaml:"resources"`
	SecurityContext containerSecurity `yaml:"securityContext"`
	VolumeMounts    []volumeMount     `yaml:"volumeMounts"`
}

type envFrom struct {
	SecretRef secretRef `yaml:"secretRef"`
}

type secretRef struct {
	Name     string `yaml:"name"`
	Optional *bool  `yaml:"optional"`
}

type resources struct {
	Requests map[string]string `yaml:"requests,omitempty"`
	Limits   map[string]string `yaml:"limits,omitempty"`
}

type containerSecurity struct {
	AllowPrivilegeEscalation *bool        `yaml:"allowPrivilegeEscalation"`
	ReadOnlyRootFilesystem   *bool        `yaml:"readOnlyRootFilesystem"`
	Capabilities             capabilities `yaml:"capabilities"`
}

type capabilities struct {
	Drop []string `yaml:"drop,flow"`
}

type volumeMount struct {
	Name      string `yaml:"name"`
	MountPath string `yaml:"mountPath"`
	ReadOnly  bool   `yaml:"readOnly,omitempty"`
}

type volume struct {
	Name                  string     `yaml:"name"`
	ConfigMap             *configMap `yaml:"configMap,omitempty"`
	PersistentVolumeClaim *claimRef  `yaml:"persistentVolumeClaim,omitempty"`
	EmptyDir              *struct{}  `yaml:"emptyDir,omitempty"`
}

type configMap struct {
	Name string `yaml:"name"`
}

type claimRef struct {
	ClaimName string `yaml:"claimName"`
}
