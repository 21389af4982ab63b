export { FakeAuthority } from './fake-authority.ts';
export { FakeClock, settle } from './fake-clock.ts';
export { FakeSocket } from './fake-socket.ts';
export { MemoryUpdateLog, type AppendFault } from './memory-update-log.ts';
export { startPostgres, type PostgresServer } from './postgres-server.ts';
export { testDataPath } from './test-data.ts';
export { describeUpdateLogContract, type UpdateLogFixture } from './update-log-contract.ts';
export { describeLocalStoreContract, type LocalStoreFixture } from './provider-store-contract.ts';
export { ScriptedServer, ScriptedSocket } from './provider-scripted-server.ts';
export { mulberry32 } from './seeded-random.ts';
export { ProviderStage, textOf, typeInto, updateWith } from './provider-stage.ts';
export { FakePlenaryClient, FakeStockClient, anIdentity, wordsOf } from './relay-clients.ts';
export { RelayStage, type LoggedLine } from './relay-stage.ts';
export { SocketPair, socketPairs, type Acceptor } from './socket-pair.ts';
export {
  loadTrace,
  loadYjsDataset,
  type Trace,
  type TraceName,
  type TracePatch,
  type YjsCase,
} from './traces.ts';
export type { SocketTap } from './socket-tap.ts';
export { wsSocketFactory } from './ws-socket-factory.ts';
export {
  stockProvider,
  type CutPlan,
  type StockProvider,
  type StockProviderOptions,
} from './ws-stock-provider.ts';
export { fragileStore, type FragileStore } from './provider-fragile-store.ts';
export { ProviderWorld, type Member, type Page } from './provider-world.ts';
export { anUpdate, recordOf, sync, updatesOf, write } from './relay-edits.ts';
export { FakeReplica } from './relay-replica.ts';
export { describeBusContract, type BusFixture } from './relay-bus-contract.ts';
export { BusNetwork, NO_BUS_FAULTS, type BusFaults } from './relay-bus-network.ts';
export { freePort } from './free-port.ts';
export { openFaultProxy, type FaultProxy } from './fault-proxy.ts';
export { startRedis, type RedisOptions, type RedisServer } from './redis-server.ts';
export { openStickyBalancer, type StickyBalancer } from './sticky-balancer.ts';
