import type { Scenario } from './scenario'

/** Scenarios about how the members of a set find each other. */
export const names: Scenario[] = [
  {
    id: 'missing-service',
    seconds: 20,
    steps: [
      { say: 'created', do: (stage) => stage.create({}, { service: false }) },
      { say: 'no-name', when: (stage) => stage.settled(3) },
      {
        turn: 'bring-service',
        ways: [
          {
            id: 'service',
            seen: (stage) => stage.service() !== undefined,
            do: (stage) => stage.levers.undo(stage.lever('service')),
            lever: (stage) => stage.lever('service'),
            kubectl: `create service clusterip kubia --clusterip=None --tcp=80:8080`,
            then: [
              { say: 'published' },
              { say: 'named', when: (stage) => [0, 1, 2].every((ordinal) => stage.isPublished(`kubia-${ordinal}`)) },
            ],
          },
        ],
      },
    ],
  },
  {
    id: 'peers-not-ready',
    seconds: 20,
    steps: [
      { say: 'alone', do: (stage) => stage.create({ pods: { 'ready-when': 'peers' } }) },
      { say: 'circle', when: (stage) => stage.pod('kubia-0')?.status.phase === 'Running' },
      {
        turn: 'break-circle',
        ways: [
          {
            id: 'publish',
            seen: (stage) => stage.service()?.spec.publishNotReadyAddresses === true,
            do: (stage) => stage.publishNotReady(),
            kubectl: `patch service kubia -p '{"spec":{"publishNotReadyAddresses":true}}'`,
            then: [{ say: 'published' }, { say: 'broken', when: (stage) => stage.settled(3) }],
          },
        ],
        meanwhile: [
          {
            say: 'again-alone',
            when: (stage, since) =>
              stage.isReplaced('kubia-0', since) && stage.pod('kubia-0')?.status.phase === 'Running',
          },
        ],
      },
    ],
  },
]
