import type { Scenario } from './scenario'

/** Scenarios about how the members of a set find each other. */
export const names: Scenario[] = [
  {
    id: 'missing-service',
    steps: [
      {
        say: 'created',
        do: (stage) => stage.create({}, { service: false }),
        until: (stage) => stage.settled(3),
      },
      {
        say: 'no-name',
      },
      {
        say: 'service',
        do: (stage) => stage.createService(),
        until: (stage) => stage.isPublished('kubia-2'),
      },
    ],
  },
  {
    id: 'peers-not-ready',
    steps: [
      {
        say: 'alone',
        do: (stage) => stage.create({ pods: { 'ready-when': 'peers' } }),
        until: (stage) => stage.pod('kubia-0')?.status.phase === 'Running',
      },
      {
        say: 'circle',
      },
      {
        say: 'published',
        do: (stage) => stage.publishNotReady(),
        until: (stage) => stage.settled(3),
      },
      { say: 'broken' },
    ],
  },
]
