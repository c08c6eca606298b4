import type { Scenario } from './scenario'
import type { Stage } from './stage'

/** Slow enough for a person to read each sentence while it is so. */
const slowly = { ready: '4s' }
const isNew = (stage: Stage, pod: string) => stage.image(pod).endsWith(':v2')
const ordinals = [0, 1, 2]

/** Scenarios about what a StatefulSet does when all is well. */
export const everyday: Scenario[] = [
  {
    id: 'ordered-start',
    seconds: 35,
    steps: [
      { say: 'created', do: (stage) => stage.create({ pods: slowly }) },
      { say: 'first-ready', when: (stage) => stage.isReady('kubia-0') },
      { say: 'second-ready', when: (stage) => stage.isReady('kubia-1') },
      { say: 'all-ready', when: (stage) => stage.settled(3) },
      {
        turn: 'delete-one',
        ways: [
          {
            id: 'delete',
            seen: (stage, since) => ordinals.some((ordinal) => stage.isReplaced(`kubia-${ordinal}`, since)),
            do: (stage) => stage.deletePod('kubia-1'),
            action: { name: 'delete-pod', ordinal: 1 },
            kubectl: 'delete pod kubia-1',
            then: [{ say: 'going' }, { say: 'same-place', when: (stage) => stage.settled(3) }],
          },
        ],
      },
    ],
  },
  {
    id: 'scale-down-up',
    seconds: 40,
    steps: [
      { say: 'start', do: (stage) => stage.create() },
      {
        say: 'written',
        when: (stage) => stage.settled(3),
        do: async (stage) => {
          for (const ordinal of ordinals) await stage.post(`kubia-${ordinal}`, `written by kubia-${ordinal}`)
        },
      },
      {
        turn: 'down',
        ways: [
          {
            id: 'scale-down',
            seen: (stage) => (stage.set()?.spec.replicas ?? 3) < 3,
            do: (stage) => stage.scale(1),
            action: { name: 'scale' },
            kubectl: 'scale statefulset kubia --replicas=1',
            then: [
              { say: 'highest-first' },
              {
                say: 'claims-stay',
                when: (stage) => stage.pod('kubia-2') === undefined && stage.settled(),
              },
            ],
          },
        ],
      },
      {
        turn: 'up',
        ways: [
          {
            id: 'scale-up',
            seen: (stage) => (stage.set()?.spec.replicas ?? 0) >= 3,
            do: (stage) => stage.scale(3),
            action: { name: 'scale' },
            kubectl: 'scale statefulset kubia --replicas=3',
            then: [
              { say: 'claims-found', when: (stage) => stage.pod('kubia-2') !== undefined },
              {
                say: null,
                when: (stage) => stage.settled(),
                do: async (stage) => ({ key: 'old-data', params: { answer: await stage.ask('kubia-2') } }),
              },
            ],
          },
        ],
      },
    ],
  },
  {
    id: 'canary',
    seconds: 45,
    steps: [
      { say: 'start', do: (stage) => stage.create({ replicas: 5, partition: 4 }) },
      {
        say: 'new-image',
        when: (stage) => stage.settled(5),
        do: (stage) => stage.setImage('luksa/kubia-pet:v2'),
      },
      { say: 'parked', when: (stage) => isNew(stage, 'kubia-4') && stage.settled(5) },
      {
        turn: 'go-on',
        ways: [
          {
            id: 'continue',
            seen: (stage) => stage.partition() === 0 && stage.templateImage().endsWith(':v2'),
            do: (stage) => stage.setPartition(0),
            kubectl: `patch statefulset kubia -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}'`,
            then: [
              { say: 'released' },
              {
                say: 'finished',
                when: (stage) => isNew(stage, 'kubia-0') && stage.settled(5),
              },
            ],
          },
          {
            id: 'take-back',
            seen: (stage) => !stage.templateImage().endsWith(':v2'),
            do: (stage) => stage.setImage('luksa/kubia-pet'),
            kubectl: 'set image statefulset/kubia kubia=luksa/kubia-pet',
            then: [
              { say: 'taking-back' },
              {
                say: 'taken-back',
                when: (stage) => !isNew(stage, 'kubia-4') && stage.settled(5),
              },
            ],
          },
        ],
        meanwhile: [
          {
            say: 'one-more',
            when: (stage) => stage.partition() > 0 && stage.partition() < 4 && isNew(stage, 'kubia-3'),
          },
        ],
      },
    ],
  },
]
