# auto: an address may leave it out until it has once sent a valid one; with Proxy-State never.
message_authenticator auto

   0       request A alice right id=1 unsigned                        -> check_password A
   10ms    password ok A                                              -> start_call A
   1s      factor approved A                                          -> accept A; login accept approved 1
   2s      request B alice right id=2 unsigned proxy_state=x          -> drop no_message_authenticator
   3s      request C alice right id=3 forged                          -> drop forged
   4s      request D alice right id=4 unsigned                        -> check_password D
   4s      password ok D                                              -> start_call D
   5s      factor approved D                                          -> accept D; login accept approved 1
   6s      request E bob right id=5                                   -> check_password E
   6s      password ok E                                              -> start_call E
   7s      factor approved E                                          -> accept E; login accept approved 1
   8s      request F alice right id=6 unsigned                        -> drop no_message_authenticator
   8s      request G alice right id=7 unsigned peer=10.0.1.57:4000    -> check_password G
   8s      password ok G                                              -> start_call G
   9s      factor approved G                                          -> accept G; login accept approved 1

calls 4
