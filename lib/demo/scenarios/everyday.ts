import type { Scenario } from './scenario'

/** Scenarios about what a StatefulSet does when all is well. */
export const everyday: Scenario[] = [
  {
    id: 'ordered-start',
    steps: [
      {
        say: 'created',
        do: (stage) => stage.create(),
        until: (stage) => stage.isReady('kubia-0'),
      },
      {
        say: 'first-ready',
        until: (stage) => stage.isReady('kubia-1'),
      },
      {
        say: 'last',
        until: (stage) => stage.settled(3),
      },
      {
        say: 'all-ready',
      },
    ],
  },
  {
    id: 'scale-down-up',
    steps: [
      {
        say: 'start',
        do: (stage) => stage.create(),
        until: (stage) => stage.settled(3),
      },
      {
        say: 'written',
        do: async (stage) => {
          for (const ordinal of [0, 1, 2]) await stage.post(`kubia-${ordinal}`, `written by kubia-${ordinal}`)
        },
      },
      {
        say: 'scaled-down',
        do: (stage) => stage.scale(1),
        until: (stage) => stage.settled(1),
      },
      {
        say: 'claims-stay',
      },
      {
        say: 'scaled-up',
        do: (stage) => stage.scale(3),
        until: (stage) => stage.settled(3),
      },
      {
        say: 'old-data',
      },
    ],
  },
  {
    id: 'canary',
    steps: [
      {
        say: 'start',
        do: (stage) => stage.create({ replicas: 5, partition: 4 }),
        until: (stage) => stage.settled(5),
      },
      {
        say: 'new-image',
        do: (stage) => stage.setImage('luksa/kubia-pet:v2'),
        until: (stage) => stage.image('kubia-4').endsWith(':v2') && stage.isReady('kubia-4'),
      },
      {
        say: 'parked',
      },
      {
        say: 'released',
        do: (stage) => stage.setPartition(0),
        until: (stage) => stage.image('kubia-0').endsWith(':v2') && stage.settled(5),
        atMost: 300,
      },
      {
        say: 'finished',
      },
    ],
  },
]
