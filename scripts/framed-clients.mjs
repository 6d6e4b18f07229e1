// What client libraries of redis do for a living. Ends with "N passed, N failed".
import assert from 'node:assert/strict';
import { createClient, createClientPool } from 'redis';
import Redis from 'ioredis';

const port = Number(process.argv[2]);
let passed = 0, failed = 0;

async function check(name, run) {
  try {
    await run();
    passed++;
  } catch (e) {
    failed++;
    console.log(`${name}: ${e.stack}`);
  }
}

const tick = () => new Promise((resolve) => setImmediate(resolve));
async function eventually(holds) {
  for (const end = Date.now() + 10_000; !holds(); await tick()) assert(Date.now() < end, 'did not become true in time');
}

for (const RESP of [2, 3]) {
  const connect = (options = {}) => createClient({ socket: { host: '127.0.0.1', port }, RESP, ...options }).on('error', () => {}).connect();
  const name = (what) => `node-redis, RESP${RESP}: ${what}`;
  const client = await connect({ name: 'me' });

  await check(name('many at once'), async () => {
    const all = Array.from({ length: 5_000 }, (_, i) => i);
    await Promise.all(all.map((i) => client.set(`many:${i}`, `value:${i}`)));
    assert.deepEqual(await Promise.all(all.map((i) => client.get(`many:${i}`))), all.map((i) => `value:${i}`));
  });
  await check(name('name'), async () => assert.equal(await client.clientGetName(), 'me'));
  await check(name('hash'), async () => {
    await client.hSet('hash', { a: '1', b: '2' });
    assert.deepEqual({ ...(await client.hGetAll('hash')) }, { a: '1', b: '2' });
  });
  await check(name('transaction'), async () => {
    await client.del('n');
    assert.deepEqual(await client.multi().incr('n').incr('n').get('n').exec(), [1, 2, '2']);
  });
  await check(name('optimistic lock'), async () => {
    const other = await connect();
    await client.watch('n');
    await other.incr('n');
    await assert.rejects(client.multi().incr('n').exec());
    await other.close();
  });
  await check(name('publish and subscribe'), async () => {
    const subscriber = await connect();
    const heard = [];
    await subscriber.subscribe('news', (message) => heard.push(message));
    for (let i = 0; i < 100; i++) await client.publish('news', `${i}`);
    await eventually(() => heard.length === 100);
    await subscriber.unsubscribe('news');
    // It gets a Buffer, directly as well.
    assert.equal(String(await subscriber.get('many:1')), 'value:1');
    await subscriber.close();
  });
  await check(name('queue'), async () => {
    const worker = await connect();
    const taken = worker.blPop('queue', 5);
    await client.rPush('queue', 'job');
    assert.equal((await taken).element, 'job');
    assert.equal(await worker.get('many:2'), 'value:2');
    await worker.close();
  });
  await check(name('script'), async () => assert.equal(await client.eval('return redis.call("INCR", KEYS[1])', { keys: ['script'] }) > 0, true));
  await check(name('another database'), async () => {
    const other = await connect({ database: 4 });
    assert.equal(await other.get('many:1'), null);
    await other.close();
  });
  await check(name('scan'), async () => {
    const found = new Set();
    for await (const keys of client.scanIterator({ MATCH: 'many:*', COUNT: 500 })) for (const key of [keys].flat()) found.add(key);
    assert.equal(found.size, 5_000);
  });
  await check(name('pool'), async () => {
    const pool = await createClientPool({ socket: { host: '127.0.0.1', port }, RESP }, { minimum: 2, maximum: 8 }).connect();
    await Promise.all(Array.from({ length: 500 }, (_, i) => pool.get(`many:${i}`).then((value) => assert.equal(value, `value:${i}`))));
    await pool.close();
  });
  if (RESP === 3) {
    await check(name('client-side caching'), async () => {
      const caching = await connect({ clientSideCache: { ttl: 0, maxEntries: 0 } });
      assert.equal(await caching.get('many:3'), 'value:3');
      await client.set('many:3', 'changed');
      for (const end = Date.now() + 10_000; await caching.get('many:3') !== 'changed'; await tick()) assert(Date.now() < end, 'no invalidation came');
      await client.set('many:3', 'value:3');
      await caching.close();
    });
  }
  await check(name('end'), () => client.close());
}

for (const enableAutoPipelining of [false, true]) {
  const name = (what) => `ioredis${enableAutoPipelining ? ', pipelining by itself' : ''}: ${what}`;
  const client = new Redis({ host: '127.0.0.1', port, enableAutoPipelining });

  await check(name('many at once'), async () => {
    const all = Array.from({ length: 5_000 }, (_, i) => i);
    assert.deepEqual(await Promise.all(all.map((i) => client.get(`many:${i}`))), all.map((i) => `value:${i}`));
  });
  await check(name('pipeline'), async () => {
    const results = await client.pipeline().set('p', '1').incr('p').lpush('p', 'x').get('p').exec();
    assert.deepEqual(results.map(([error, value]) => error ? 'error' : value), ['OK', 2, 'error', '2']);
  });
  await check(name('transaction'), async () => assert.deepEqual(await client.multi().set('t', 'v').get('t').exec(), [[null, 'OK'], [null, 'v']]));
  await check(name('script by its hash'), async () => {
    client.defineCommand('twice', { numberOfKeys: 1, lua: 'return {KEYS[1], ARGV[1], ARGV[1]}' });
    assert.deepEqual(await client.twice('k', 'a'), ['k', 'a', 'a']);
    assert.deepEqual(await client.twice('k', 'b'), ['k', 'b', 'b']);
  });
  await check(name('subscriber and another client of it'), async () => {
    const subscriber = client.duplicate();
    const heard = [];
    subscriber.on('pmessage', (_, __, message) => heard.push(message));
    await subscriber.psubscribe('n*');
    await client.publish('news', 'item');
    await eventually(() => heard.length === 1);
    await subscriber.quit();
  });
  await check(name('binary and big'), async () => {
    const value = Buffer.alloc(3 << 20, '\0\r\n\xff', 'latin1');
    await client.set('big', value);
    assert.equal(value.equals(await client.getBuffer('big')), true);
  });
  await check(name('stream'), async () => {
    const reader = client.duplicate();
    const read = reader.xread('BLOCK', 5_000, 'STREAMS', 'stream', '$');
    for (let answer; !answer; answer = await Promise.race([read, tick()])) await client.xadd('stream', '*', 'f', 'v');
    assert.equal((await read)[0][0], 'stream');
    reader.disconnect();
  });
  await check(name('end'), async () => assert.equal(await client.quit(), 'OK'));
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
