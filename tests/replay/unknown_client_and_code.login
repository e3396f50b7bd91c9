# Strangers and what is no Access-Request are dropped and counted.
   0       request A alice right peer=192.0.2.1:4000                  -> drop unknown_client
   0       request B alice right accounting                           -> drop unexpected_code

calls 0
