import { MemoryUpdateLog } from './memory-update-log.ts';
import { describeUpdateLogContract } from './update-log-contract.ts';

describeUpdateLogContract('memory', () => {
  const log = new MemoryUpdateLog();
  return Promise.resolve({
    log,
    other: log,
    createChapter: () => Promise.resolve(log.createChapter()),
    renewGeneration: (chapterId) => Promise.resolve(log.renewGeneration(chapterId)),
    appendRights: (chapterId) => Promise.resolve(void log.appendRights(chapterId)),
    close: () => Promise.resolve(),
  });
});
