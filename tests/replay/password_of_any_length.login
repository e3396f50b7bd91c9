# The password is bytes: 128 octets of them.
   0       request A alice 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef id=1 -> check_password A
   0       password ok A                  -> start_call A
   1s      factor approved A              -> accept A; login accept approved 1

calls 1
