import { stringify } from 'yaml'
import { behaviourAnnotation, bootAnnotation, stopAnnotation, type Plan } from './protocol'

/*
 * What kwok does to nodes and pods, as kwok Stage objects. A pod's next step is one word computed by one jq program;
 * every stage waits for its word, so exactly one stage fits a pod at any time and the last one (`rest`) cancels
 * whatever was planned before the pod changed.
 * The order of a pod's life follows a kubelet (k8s pkg/kubelet/kubelet_pods.go, status_manager.go):
 * status posted, containers started, ready; on deletion a terminal phase first and only then the object goes.
 */

const podStep = `
def phase: .status.phase // "Pending";
def over: phase == "Succeeded" or phase == "Failed";
def behaviour: .metadata.annotations["${behaviourAnnotation}"] //
  (if any(.spec.containers[].image; test("does-not-exist")) then "image-error" else "healthy" end);
def statuses: .status.containerStatuses // [];
def waits(word): any(statuses[]; .state.waiting.reason == word);
def running: any(statuses[]; .state.running);
def terminated: any(statuses[]; .state.terminated);
def restarts: [statuses[].restartCount] | max // 0;
def ready: any(.status.conditions[]?; .type == "Ready" and .status == "True");
if behaviour == "manual" then "rest"
elif .metadata.deletionTimestamp then
  if over | not then "stop"
  elif .metadata.deletionGracePeriodSeconds == 0 then "rest"
  else "remove" end
elif over then "rest"
elif .status.startTime == null then "admit"
elif behaviour == "fail" or behaviour == "evict" or behaviour == "succeed" then
  if running then "finish" elif terminated or waits("CrashLoopBackOff") then "finish" else "start" end
elif behaviour == "image-error" then
  if running or terminated then "lose-image"
  elif waits("ErrImagePull") then "back-off-pull"
  elif waits("ImagePullBackOff") then "pull-again"
  else "fail-pull" end
elif running then
  if behaviour == "crash" then "crash"
  elif behaviour == "unready" then (if ready or any(statuses[]; .ready) then "become-unready" else "rest" end)
  elif ready and all(statuses[]; .ready) then "rest"
  else "become-ready" end
elif terminated then (if behaviour == "crash" and restarts > 0 then "back-off" else "restart" end)
elif waits("CrashLoopBackOff") then "restart"
else "start" end`

const seconds = (name: string, otherwise: string) =>
  `(.metadata.annotations["${name}"] // "${otherwise}" | rtrimstr("s") | tonumber)`

/** As long as the pod takes to stop, but never beyond its grace period. */
const stopDelay = `(if .metadata.annotations["${behaviourAnnotation}"] == "ignore-sigterm" then 1000000 else ${seconds(stopAnnotation, '1s')} end) as $stop
| [([$stop, (.metadata.deletionTimestamp | fromdate) - now] | min), 0] | max | tostring + "s"`

/** 3, 6, 12, 24, 30 seconds: a real kubelet's back-off in small; at once when the fault is gone. */
const restartDelay = `([.status.containerStatuses[]?.restartCount] | max // 0) as $restarts
| if .metadata.annotations["${behaviourAnnotation}"] != "crash" then "0.5s"
  elif $restarts == 0 then "0.3s"
  else ([3 * pow(2; $restarts - 1), 30] | min | tostring) + "s" end`

const prelude = `{{- $now := Now }}{{ $pod := . }}
{{- $conditions := dict }}{{ range .status.conditions }}{{ $_ := set $conditions .type . }}{{ end }}`

/** A condition, whose transition time moves only when its status does. */
function condition(type: string, status: 'True' | 'False', reason = '', message = ''): string {
  return `
  {{- $old := dict }}{{ if hasKey $conditions "${type}" }}{{ $old = index $conditions "${type}" }}{{ end }}
  - type: ${type}
    status: "${status}"
    reason: "${reason}"
    message: ${message === '' ? '""' : message}
    lastProbeTime: null
    lastTransitionTime: {{ if eq (dig "status" "" $old) "${status}" }}{{ dig "lastTransitionTime" $now $old | Quote }}{{ else }}{{ $now | Quote }}{{ end }}`
}
const unreadyMessage = `"containers with unready status: [{{ range $i, $c := .spec.containers }}{{ if $i }} {{ end }}{{ $c.name }}{{ end }}]"`
const notReady = (reason = 'ContainersNotReady') =>
  condition('Ready', 'False', reason, reason === 'ContainersNotReady' ? unreadyMessage : '') +
  condition('ContainersReady', 'False', reason, reason === 'ContainersNotReady' ? unreadyMessage : '')
const ready = condition('Ready', 'True') + condition('ContainersReady', 'True')

/** One status per container; `state` and `last` see $c (spec), $old (status so far), $was (how it last ended). */
function containers(it: { state: string; ready: boolean; started: boolean; restarts?: string; last?: string }): string {
  return `
  containerStatuses:
  {{- range $i, $c := .spec.containers }}
  {{- $old := dict }}{{ if $pod.status.containerStatuses }}{{ $old = index $pod.status.containerStatuses $i }}{{ end }}
  {{- $was := dig "state" "terminated" (dig "lastState" "terminated" dict $old) $old }}
  {{- $restarts := int (dig "restartCount" 0 $old) }}
  {{- $next := ${it.restarts ?? '$restarts'} }}
  - name: {{ $c.name | Quote }}
    image: {{ $c.image | Quote }}
    imageID: {{ printf "%s@sha256:%s" $c.image (sha256sum $c.image) | Quote }}
    containerID: {{ printf "containerd://%s" (sha256sum (printf "%s/%s/%d" $pod.metadata.uid $c.name $next)) | Quote }}
    ready: ${it.ready}
    started: ${it.started}
    restartCount: {{ $next }}
    state: ${it.state}
    lastState: ${it.last ?? '{{ dig "lastState" dict $old | toJson }}'}
  {{- end }}`
}
const startedAt = `{{ dig "state" "running" "startedAt" $now $old | Quote }}`
const ended = (code: number, reason: string) =>
  `{ terminated: { exitCode: ${code}, reason: ${reason}, startedAt: ${startedAt}, finishedAt: {{ $now | Quote }}, containerID: {{ dig "containerID" "" $old | Quote }} } }`
const waiting = (reason: string, message?: string) =>
  `{ waiting: { reason: ${reason}${message ? `, message: ${message}` : ''} } }`
const asLast = `{{ if $was }}{ terminated: {{ $was | toJson }} }{{ else }}{}{{ end }}`
const runningNow = '{ running: { startedAt: {{ $now | Quote }} } }'
const stillRunning = `{ running: { startedAt: ${startedAt} } }`

type Step = Record<string, unknown>

/** A status patch that names the pod's uid, so that it can never land on another pod of the same name. */
const status = (...parts: string[]): Step => ({
  patch: {
    subresource: 'status',
    template: `${prelude}
metadata: { uid: {{ .metadata.uid | Quote }} }
status:
  observedGeneration: {{ .metadata.generation }}${parts.join('')}`,
  },
})

/** An event as a kubelet writes it. `series` keeps one object and counts, as kubelets do for what repeats. */
const event = (type: 'Normal' | 'Warning', reason: string, message: string, series = false): Step => ({
  apply: {
    template: `{{- $now := Now }}{{ $container := (index .spec.containers 0) }}
{{- $restarts := 0 }}{{ if .status.containerStatuses }}{{ $restarts = int (index .status.containerStatuses 0).restartCount }}{{ end }}
apiVersion: v1
kind: Event
metadata:
  name: {{ .metadata.name }}.${series ? `${reason.toLowerCase()}-{{ .metadata.uid }}` : '{{ randNumeric 16 }}'}
  namespace: {{ .metadata.namespace }}
type: ${type}
reason: ${reason}
message: '${message}'
involvedObject:
  apiVersion: v1
  kind: Pod
  namespace: {{ .metadata.namespace }}
  name: {{ .metadata.name }}
  uid: {{ .metadata.uid }}
  fieldPath: spec.containers{ {{- $container.name -}} }
source: { component: kubelet, host: {{ .spec.nodeName | Quote }} }
reportingComponent: kubelet
reportingInstance: {{ .spec.nodeName | Quote }}
firstTimestamp: ${series ? '{{ .status.startTime | Quote }}' : '{{ $now | Quote }}'}
lastTimestamp: {{ $now | Quote }}
count: ${series ? '{{ add1 $restarts }}' : '1'}`,
  },
})

type Delay = number | { jq: string }

function stage(kind: 'Pod' | 'Node', step: string, program: string, delay: Delay, steps: Step[], weight = 1) {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name: `${kind.toLowerCase()}-${step}` },
    spec: {
      resourceRef: { apiGroup: 'v1', kind },
      selector: { matchExpressions: [{ jq: { key: program.trim(), operator: 'In', values: [step] } }] },
      weight,
      delay:
        typeof delay === 'number'
          ? { durationMilliseconds: delay }
          : { durationFrom: { jq: { expression: delay.jq } } },
      steps,
    },
  }
}

const addresses = `
  hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
  hostIPs: [{ ip: {{ NodeIPWith .spec.nodeName | Quote }} }]`
// An address is taken from the pool only once: a pod that restarts its container keeps it.
const podAddress = `
  {{- $ip := .status.podIP }}{{ if not $ip }}{{ $ip = PodIPWith .spec.nodeName ( or .spec.hostNetwork false ) .metadata.uid .metadata.name .metadata.namespace }}{{ end }}
  podIP: {{ $ip | Quote }}
  podIPs: [{ ip: {{ $ip | Quote }} }]`
const initContainers = (state: string, ready: boolean) => `
  {{- if .spec.initContainers }}
  initContainerStatuses:
  {{- range .spec.initContainers }}
  - { name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: "", restartCount: 0, ready: ${ready}, state: ${state} }
  {{- end }}
  {{- end }}`

const wontPull = '"Back-off pulling image \\"{{ $c.image }}\\": ErrImagePull: not found"'
const notFound = '"failed to pull and unpack image \\"{{ $c.image }}\\": not found"'

function podStages(delays: Plan['podDelays']) {
  const pod = (step: string, delay: Delay, ...steps: Step[]) => stage('Pod', step, podStep, delay, steps)
  const crashMessage = `"back-off restarting failed container={{ $c.name }} pod={{ $pod.metadata.name }}_{{ $pod.metadata.namespace }}({{ $pod.metadata.uid }})"`
  return [
    pod(
      'admit',
      delays.admit,
      status(
        '\n  phase: Pending\n  startTime: {{ $now | Quote }}',
        addresses,
        '\n  conditions:',
        condition('PodReadyToStartContainers', 'False'),
        `{{ if .spec.initContainers }}${condition('Initialized', 'False', 'ContainersNotInitialized')}{{ else }}${condition('Initialized', 'True')}{{ end }}`,
        notReady(),
        initContainers(waiting('PodInitializing'), false),
        containers({
          state: waiting('{{ if $pod.spec.initContainers }}PodInitializing{{ else }}ContainerCreating{{ end }}'),
          ready: false,
          started: false,
        }),
      ),
    ),
    ...['start', 'restart'].map((step) =>
      pod(
        step,
        step === 'start' ? delays.start : { jq: restartDelay },
        event('Normal', 'Pulled', 'Container image "{{ $container.image }}" already present on machine'),
        event('Normal', 'Started', 'Started container {{ $container.name }}'),
        status(
          '\n  phase: Running',
          podAddress,
          '\n  conditions:',
          condition('PodReadyToStartContainers', 'True'),
          condition('Initialized', 'True'),
          notReady(),
          initContainers(
            '{ terminated: { exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }} } }',
            true,
          ),
          containers({
            state: runningNow,
            ready: false,
            started: true,
            restarts: '(ternary (add1 $restarts) $restarts (not (empty $was)))',
            last: asLast,
          }),
        ),
      ),
    ),
    pod(
      'become-ready',
      delays.ready,
      status('\n  conditions:', ready, containers({ state: stillRunning, ready: true, started: true })),
    ),
    pod(
      'become-unready',
      0,
      event('Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', true),
      status('\n  conditions:', notReady(), containers({ state: stillRunning, ready: false, started: true })),
    ),
    pod(
      'crash',
      1500,
      status('\n  conditions:', notReady(), containers({ state: ended(1, 'Error'), ready: false, started: false })),
    ),
    pod(
      'back-off',
      700,
      event(
        'Warning',
        'BackOff',
        'Back-off restarting failed container {{ $container.name }} in pod {{ .metadata.name }}_{{ .metadata.namespace }}({{ .metadata.uid }})',
        true,
      ),
      status(
        '\n  conditions:',
        notReady(),
        containers({ state: waiting('CrashLoopBackOff', crashMessage), ready: false, started: false, last: asLast }),
      ),
    ),
    ...['fail-pull', 'lose-image', 'pull-again'].map((step) =>
      pod(
        step,
        { 'fail-pull': delays.start, 'lose-image': 500, 'pull-again': 10_000 }[step] ?? 0,
        event(
          'Warning',
          'Failed',
          'Failed to pull image "{{ $container.image }}": failed to pull and unpack image: not found',
          true,
        ),
        status(
          podAddress,
          '\n  conditions:',
          condition('PodReadyToStartContainers', 'True'),
          notReady(),
          containers({
            state: waiting('ErrImagePull', notFound),
            ready: false,
            started: false,
            last:
              step === 'lose-image'
                ? `{{ if $was }}{ terminated: {{ $was | toJson }} }{{ else }}${ended(1, 'Error')}{{ end }}`
                : asLast,
          }),
        ),
      ),
    ),
    pod(
      'back-off-pull',
      1500,
      event('Normal', 'BackOff', 'Back-off pulling image "{{ $container.image }}"', true),
      status(
        containers({
          state: waiting('ImagePullBackOff', wontPull),
          ready: false,
          started: false,
          last: asLast,
        }),
      ),
    ),
    pod(
      'finish',
      500,
      status(
        `{{ $how := index .metadata.annotations "${behaviourAnnotation}" }}
  phase: {{ if eq $how "succeed" }}Succeeded{{ else }}Failed{{ end }}
  {{- if eq $how "evict" }}
  reason: Evicted
  message: 'The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 1Gi. '
  {{- end }}
  conditions:`,
        `{{ if eq $how "succeed" }}${notReady('PodCompleted')}{{ else }}${notReady('PodFailed')}{{ end }}`,
        containers({
          state: `{{ if eq $how "succeed" }}${ended(0, 'Completed')}{{ else if eq $how "evict" }}${ended(137, 'Error')}{{ else }}${ended(1, 'Error')}{{ end }}`,
          ready: false,
          started: false,
        }),
      ),
    ),
    pod(
      'stop',
      { jq: stopDelay },
      status(
        `{{ $clean := false }}{{ range .status.containerStatuses }}{{ if dig "state" "running" false . }}{{ $clean = true }}{{ end }}{{ end }}
  {{- $how := dig "metadata" "annotations" "${behaviourAnnotation}" "" . }}{{ if eq $how "ignore-sigterm" }}{{ $clean = false }}{{ end }}
  phase: {{ if $clean }}Succeeded{{ else }}Failed{{ end }}
  conditions:`,
        `{{ if $clean }}${notReady('PodCompleted')}{{ else }}${notReady('PodFailed')}{{ end }}`,
        containers({
          state: `{{ if $clean }}${ended(0, 'Completed')}{{ else }}${ended(137, 'Error')}{{ end }}`,
          ready: false,
          started: false,
        }),
      ),
      // Last: a namespace that is being deleted takes no events, and its pods have to go all the same.
      event('Normal', 'Killing', 'Stopping container {{ $container.name }}'),
    ),
    pod('remove', 0, { delete: true }),
    // No change, but kwok notes the pod's address as taken: after its own restart it would hand it out again.
    pod('rest', 0, { patch: { subresource: 'status', template: 'status: {}' } }),
  ]
}

const nodeStep = `
if any(.status.conditions[]?; .type == "Ready" and .status == "True") and
   .status.nodeInfo.bootID == .metadata.annotations["${bootAnnotation}"]
then "heartbeat" else "boot" end`

const kubeletConditions: [type: string, status: 'True' | 'False', reason: string, message: string][] = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
]

function nodeStages(kubernetes: string) {
  const conditions = kubeletConditions
    .map(
      ([type, status, reason, message]) =>
        `${condition(type, status, reason, `"${message}"`).replace('lastProbeTime: null', 'lastHeartbeatTime: {{ $now | Quote }}')}`,
    )
    .join('')
  const boot = `${prelude}
status:
  conditions:${conditions}
  addresses:
  - { type: InternalIP, address: {{ NodeIP | Quote }} }
  - { type: Hostname, address: {{ .metadata.name | Quote }} }
  daemonEndpoints: { kubeletEndpoint: { Port: 10250 } }
  capacity: { cpu: "64", memory: 256Gi, ephemeral-storage: 100Gi, pods: "4000" }
  allocatable: { cpu: "64", memory: 256Gi, ephemeral-storage: 100Gi, pods: "4000" }
  nodeInfo:
    architecture: amd64
    operatingSystem: linux
    bootID: {{ index .metadata.annotations "${bootAnnotation}" | Quote }}
    machineID: {{ sha256sum .metadata.name | trunc 32 | Quote }}
    systemUUID: {{ .metadata.uid | Quote }}
    kernelVersion: "6.12.0"
    osImage: "kwok (no operating system)"
    containerRuntimeVersion: "kwok://0.8.0"
    kubeletVersion: ${kubernetes}
    kubeProxyVersion: ""`
  return [
    stage('Node', 'boot', nodeStep, 0, [{ patch: { subresource: 'status', template: boot } }]),
    stage('Node', 'heartbeat', nodeStep, 240_000, [
      { patch: { subresource: 'status', template: `${prelude}\nstatus:\n  conditions:${conditions}` } },
    ]),
  ]
}

/** The kwok configuration of one node, as YAML: its stages and where port-forwards end. */
export function kwokConfiguration(plan: Pick<Plan, 'kubernetes' | 'podDelays'>, kubelet: 'kwok' | 'none'): string {
  const dns = {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'ClusterPortForward',
    metadata: { name: 'dns' },
    spec: {
      selector: { matchNamespaces: ['kube-system'] },
      forwards: [{ ports: [53], target: { address: '127.0.0.1', port: 53 } }],
    },
  }
  const stages = [...nodeStages(plan.kubernetes), ...(kubelet === 'kwok' ? podStages(plan.podDelays) : [])]
  return [...stages, dns].map((it) => stringify(it, { lineWidth: 0 })).join('---\n')
}
