package io.hone.cache;

import com.hazelcast.cache.HazelcastCachingProvider;
import com.hazelcast.cache.HazelcastMemberCachingProvider;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.net.URI;
import java.util.Properties;
import java.util.UUID;
import javax.cache.CacheManager;

/** A real data grid of one member, on this machine alone. */
final class TestGrid {

    private TestGrid() {}

    static HazelcastInstance start() {
        Config config = new Config("test-" + UUID.randomUUID());
        config.getJetConfig().setEnabled(false);
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "none");
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        return Hazelcast.newHazelcastInstance(config);
    }

    static CacheManager manager(HazelcastInstance member) {
        Properties properties = HazelcastCachingProvider.propertiesByInstanceItself(member);
        return new HazelcastMemberCachingProvider()
                .getCacheManager(URI.create("hazelcast:tests"), TestGrid.class.getClassLoader(), properties);
    }
}
