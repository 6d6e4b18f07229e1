global using Proxify.Peers;
