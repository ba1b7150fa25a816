{{- define "tollgate.labels" -}}
app.kubernetes.io/name: tollgate
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tollgate.pod" -}}
automountServiceAccountToken: false
terminationGracePeriodSeconds: {{ add .Values.shutdown.graceSeconds 5 }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "tollgate.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  capabilities:
    drop: [ALL]
envFrom:
  - secretRef:
      name: {{ .Values.secret }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
{{- end }}

{{- define "tollgate.env" -}}
{{- range $name, $value := .Values.env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
- name: SHUTDOWN_DELAY_S
  value: {{ .Values.shutdown.delaySeconds | quote }}
- name: SHUTDOWN_GRACE_S
  value: {{ .Values.shutdown.graceSeconds | quote }}
- name: METRICS_PORT
  value: {{ .Values.metrics.port | quote }}
{{- end }}
