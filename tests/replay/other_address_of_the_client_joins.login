# AD Connector has two addresses and other ports: both belong to one client, and one login.
   0       request A alice right peer=10.0.1.23:40000            -> check_password A
   10ms    password ok A                                         -> start_call A
   2s      request B alice right peer=10.0.1.57:51000            -> nothing
   3s      request C alice right peer=10.0.1.23:40001            -> nothing
   4s      factor approved A              -> accept A; accept B; accept C; login accept approved 3

calls 1
