export { FakeAuthority } from './fake-authority.ts';
export { FakeClock, settle } from './fake-clock.ts';
export { FakeSocket } from './fake-socket.ts';
export { MemoryUpdateLog, type AppendFault } from './memory-update-log.ts';
export { testDataPath } from './test-data.ts';
export { describeUpdateLogContract, type UpdateLogFixture } from './update-log-contract.ts';
export { describeLocalStoreContract, type LocalStoreFixture } from './provider-store-contract.ts';
export { ScriptedServer, ScriptedSocket } from './provider-scripted-server.ts';
export { mulberry32 } from './seeded-random.ts';
