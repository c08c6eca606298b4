import type { Lesson } from './lesson'

/** Lessons about what makes a StatefulSet stand still, and what helps. */
export const trouble: Lesson[] = [
  {
    id: 'bad-image',
    title: { en: 'A rollout stuck on a bad image', zh: '更新卡在错误的镜像上' },
    lines: [
      {
        en: 'A new image cannot be pulled. The rollout stops at the highest ordinal, with no deadline.',
        zh: '新镜像拉取失败。更新停在序号最大的 Pod，没有期限。',
      },
      {
        en: 'Reverting the template does not help: the broken pod has to be deleted by hand. Look who waits for whom.',
        zh: '还原模板也没有用：必须手工删除坏掉的 Pod。请看谁在等谁。',
      },
    ],
    steps: [
      {
        say: { en: 'Three healthy replicas.', zh: '三个健康的副本。' },
        do: (stage) => stage.create(),
        until: (stage) => stage.settled(3),
      },
      {
        say: {
          en: 'Somebody mistypes a tag. kubia-2 is deleted for the update and comes back with the new image…',
          zh: '有人写错了标签。kubia-2 为更新而被删除，再用新镜像重建……',
        },
        do: (stage) => stage.setImage('luksa/kubia-pet:does-not-exist'),
        until: (stage) => stage.waitingReason('kubia-2') === 'ImagePullBackOff',
      },
      {
        say: {
          en: '…and cannot start: ImagePullBackOff. kubia-1 and kubia-0 keep the old version, scaling is frozen too.',
          zh: '……却无法启动：ImagePullBackOff。kubia-1 和 kubia-0 保持旧版本，扩缩容也被冻结。',
        },
      },
      {
        say: {
          en: 'The template is reverted. Nothing happens: the controller still waits for kubia-2 to become Ready.',
          zh: '还原模板。什么也没有发生：控制器仍在等 kubia-2 变为 Ready。',
        },
        do: (stage) => stage.setImage('luksa/kubia-pet'),
      },
      {
        say: {
          en: 'Deleting kubia-2 unsticks it: the pod is made again from the reverted template.',
          zh: '删除 kubia-2 即可解开：它会按还原后的模板重建。',
        },
        do: (stage) => stage.deletePod('kubia-2'),
        until: (stage) => stage.settled(3),
      },
      { say: { en: 'All is well again.', zh: '一切恢复正常。' } },
    ],
  },
  {
    id: 'node-lost',
    title: { en: 'A node is lost, its pod hangs Terminating', zh: '节点失联，Pod 卡在 Terminating' },
    lines: [
      {
        en: 'A node falls silent. After 50 seconds Kubernetes believes it, later it deletes the pod — and waits for ever.',
        zh: '一个节点失去响应。50 秒后 Kubernetes 才确认，之后删除其 Pod，然后一直等下去。',
      },
      {
        en: 'Look at the node of kubia-1 and at the clock. A replacement comes only when it is sure that the old pod is dead.',
        zh: '请看 kubia-1 的节点和时钟。只有确信旧 Pod 已死，才会创建替代者。',
      },
    ],
    steps: [
      {
        say: {
          en: 'Three replicas, on three nodes. (Their pods tolerate a lost node for 20 seconds only, to save your time.)',
          zh: '三个副本，分布在三个节点。（为节省时间，这些 Pod 只容忍节点失联 20 秒。）',
        },
        do: (stage) => {
          stage.create({ replicas: 0 })
          stage.change(({ spec }) => {
            spec.template.spec.tolerations = ['not-ready', 'unreachable'].map((condition) => ({
              key: `node.kubernetes.io/${condition}`,
              operator: 'Exists',
              effect: 'NoExecute',
              tolerationSeconds: 20,
            }))
            spec.replicas = 3
          })
        },
        until: (stage) => stage.settled(3),
      },
      {
        say: {
          en: 'The node of kubia-1 falls silent. For a while everything still looks fine: nobody has noticed.',
          zh: 'kubia-1 所在节点失去响应。一段时间内一切看起来正常：还没有人发现。',
        },
        do: (stage) => {
          stage.fleet.fail(stage.nodeOf('kubia-1'), 'silent')
        },
        until: (stage) => stage.nodeStatus(stage.nodeOf('kubia-1')) === 'Unknown',
      },
      {
        say: {
          en: 'The node is Unknown, kubia-1 is no longer Ready, and it leaves the Service. kubectl still says Running.',
          zh: '节点变为 Unknown，kubia-1 不再 Ready 并退出 Service。kubectl 仍显示 Running。',
        },
        until: (stage) => stage.pod('kubia-1')?.metadata.deletionTimestamp !== undefined,
      },
      {
        say: {
          en: 'The toleration is over: the pod is marked for deletion. Only its node could confirm, and it is silent.',
          zh: '容忍时间已过：Pod 被标记为删除。只有它的节点能确认，而节点没有响应。',
        },
      },
      {
        say: {
          en: 'A plain delete changes nothing: the pod is being deleted already.',
          zh: '普通的删除不会有任何改变：它本来就在删除之中。',
        },
        do: (stage) => stage.deletePod('kubia-1'),
      },
      {
        say: {
          en: 'A forced delete takes the object away and kubia-1 comes back elsewhere. If the old one still runs, there are two.',
          zh: '强制删除会移除对象，kubia-1 在别处重建。如果旧的仍在运行，就会有两个。',
        },
        do: (stage) => stage.deletePod('kubia-1', { force: true }),
        until: (stage) => stage.settled(3),
      },
      {
        say: {
          en: 'The node returns: its kubelet finds a pod that nobody knows any more, and stops it.',
          zh: '节点恢复：kubelet 发现一个已无人认识的 Pod，把它停掉。',
        },
        do: (stage) => stage.fleet.recoverAll(),
      },
    ],
  },
  {
    id: 'stuck-finalizer',
    title: { en: 'A finalizer holds a pod', zh: '终结器卡住 Pod' },
    lines: [
      {
        en: 'The pods carry the finalizer example.com/backup, and whoever should remove it is gone.',
        zh: 'Pod 带有终结器 example.com/backup，而负责移除它的程序已不存在。',
      },
      {
        en: 'Look at kubia-2: even a forced delete does not help; only removing the finalizer does.',
        zh: '请看 kubia-2：强制删除也无效，只有移除终结器才行。',
      },
    ],
    steps: [
      {
        say: { en: 'Three replicas whose pods carry a finalizer.', zh: '三个副本，其 Pod 带有终结器。' },
        do: (stage) => {
          stage.create({ replicas: 0 })
          stage.change(({ spec }) => {
            const metadata = (spec.template.metadata ??= {})
            metadata.finalizers = ['example.com/backup']
            spec.replicas = 3
          })
        },
        until: (stage) => stage.settled(3),
      },
      {
        say: {
          en: 'Scale to 2. kubia-2 stops, its containers end, but the object stays.',
          zh: '缩容到 2。kubia-2 停止，容器结束，但对象仍在。',
        },
        do: (stage) => stage.scale(2),
        until: (stage) => stage.pod('kubia-2')?.status.phase === 'Succeeded',
      },
      {
        say: {
          en: 'A forced delete: still there. Finalizers are stronger than force, and the set waits.',
          zh: '强制删除：仍然存在。终结器比强制更强，集合在等待。',
        },
        do: (stage) => stage.deletePod('kubia-2', { force: true }),
      },
      {
        say: {
          en: 'The finalizer is removed by hand: the pod is gone at once, and the set goes on.',
          zh: '手工移除终结器：Pod 立刻消失，集合继续工作。',
        },
        do: (stage) => stage.removePodFinalizers('kubia-2'),
        until: (stage) => stage.pod('kubia-2') === undefined,
      },
    ],
  },
  {
    id: 'old-claim',
    title: { en: 'An orphaned claim comes back with old data', zh: '孤立的声明带着旧数据回来' },
    lines: [
      {
        en: 'The claim of a removed ordinal keeps its data. Scale up much later, and the old data wakes up.',
        zh: '被移除序号的声明仍保存着数据。很久以后扩容，旧数据就会苏醒。',
      },
      {
        en: 'For a database that can mean a member that believes in a past which the others have left.',
        zh: '对数据库来说，这可能意味着一个成员还停留在其他成员早已离开的过去。',
      },
    ],
    steps: [
      {
        say: { en: 'Three replicas; each keeps the price list of January.', zh: '三个副本，各自保存一月的价目表。' },
        do: (stage) => stage.create(),
        until: (stage) => stage.settled(3),
      },
      {
        say: { en: 'kubia-2 is told: “prices of January”.', zh: '写入 kubia-2：“prices of January”。' },
        do: (stage) => stage.post('kubia-2', 'prices of January'),
      },
      {
        say: {
          en: 'Scale to 2. data-kubia-2 is left over, with nobody to use it.',
          zh: '缩容到 2。data-kubia-2 留了下来，没有人使用。',
        },
        do: (stage) => stage.scale(2),
        until: (stage) => stage.settled(2),
      },
      {
        say: { en: 'The others move on: “prices of July”.', zh: '其余的继续前进：“prices of July”。' },
        do: async (stage) => {
          for (const pod of ['kubia-0', 'kubia-1']) await stage.post(pod, 'prices of July')
        },
      },
      {
        say: {
          en: 'Scale to 3. kubia-2 wakes with its old claim and answers with the prices of January.',
          zh: '扩容到 3。kubia-2 带着旧声明苏醒，回答的是一月的价格。',
        },
        do: (stage) => stage.scale(3),
        until: (stage) => stage.settled(3),
      },
      {
        say: {
          en: 'Nothing in Kubernetes calls this an error. A preview before scaling shows which claims would wake.',
          zh: 'Kubernetes 不认为这是错误。扩容前的预览会显示哪些声明将被唤醒。',
        },
      },
    ],
  },
]
